/** What went out and what came in, in time, with receipts and the digests by which they are proved. */
import { Link } from 'react-router';
import type { CaseFile, Received, Sent } from '../../api/types';
import { Basis } from '../../parts/Refusal';
import { momentOf } from '../../parts/time';
import { file as words } from '../../text/file';

type Row = { at: string; sent: Sent } | { at: string; received: Received };

export function FlowTab({ file }: { file: CaseFile }) {
  const { situation, names } = file;
  const rows: Row[] = [
    ...situation.sent.map((sent) => ({ at: sent.at, sent })),
    ...situation.received.map((received) => ({ at: received.at, received })),
  ].toSorted((a, b) => b.at.localeCompare(a.at));
  if (rows.length === 0) return <p className="empty">{words.flowEmpty}</p>;
  const unit = (id: string) => names.units[id] ?? id;
  return (
    <section className="block">
      <ol className="flow">
        {rows.map((r) =>
          'sent' in r ? (
            <li key={r.sent.message}>
              <span className="num soft">{momentOf(r.at)}</span>
              <div>
                <b>{names.messages[r.sent.kind] ?? r.sent.kind}</b>　{words.sent} {unit(r.sent.to)}
                <Receipts sent={r.sent} file={file.row.id} />
                <Digest of={r.sent.digest} />
              </div>
            </li>
          ) : (
            <li key={r.received.message}>
              <span className="num soft">{momentOf(r.at)}</span>
              <div>
                <b>{names.messages[r.received.kind] ?? r.received.kind}</b>　{words.received} {unit(r.received.from)}
                {(r.received.faults ?? []).length > 0 && (
                  <details open>
                    <summary>{words.faults((r.received.faults ?? []).length)}</summary>
                    <ul className="reasons">
                      {(r.received.faults ?? []).map((f, i) => (
                        <li key={`${f.requirement}${i}`}>
                          {f.text} <Basis of={f.basis} />
                        </li>
                      ))}
                    </ul>
                  </details>
                )}
                <div className="receipts">
                  <Link to={`/files/${file.row.id}/receipt/${r.received.message}`}>{words.printReceipt}</Link>
                </div>
                <Digest of={r.received.digest} />
              </div>
            </li>
          ),
        )}
      </ol>
    </section>
  );
}

const TONES: Record<string, string> = { received: 'tag', accepted: 'tag tag-good', returned: 'tag tag-danger', refused: 'tag tag-danger' };

function Receipts({ sent, file }: { sent: Sent; file: string }) {
  return (
    <div className="receipts">
      {sent.technical ? (
        <span>
          <span className={TONES[sent.technical.answer]}>{words.answers[sent.technical.answer]}</span>{' '}
          <span className="num soft">
            {momentOf(sent.technical.at)} {sent.technical.number}
          </span>
        </span>
      ) : (
        <span className="tag tag-soon">{words.waitingTechnical}</span>
      )}
      {sent.business && (
        <span>
          <span className={TONES[sent.business.answer]}>{words.answers[sent.business.answer]}</span>{' '}
          <span className="num soft">
            {momentOf(sent.business.at)} {sent.business.number}
          </span>
        </span>
      )}
      {!sent.business && sent.answer_due && <span className="tag tag-soon">{words.waitingBusiness(momentOf(sent.answer_due))}</span>}
      <Link to={`/files/${file}/receipt/${sent.message}`}>{words.printReceipt}</Link>
    </div>
  );
}

function Digest({ of }: { of: string }) {
  return (
    <small className="soft">
      {words.digest} <code>{of}</code>
    </small>
  );
}
