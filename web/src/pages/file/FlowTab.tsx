/** The way of the case in time: what this unit did, what went out and came in, with receipts and proof. */
import { Radio } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { problemOf } from '../../api/problem';
import { useEvents, useProof } from '../../api/queries';
import type { CaseFile, MessageProved, Received, Recorded, Sent } from '../../api/types';
import { Basis } from '../../parts/Basis';
import { Cited } from '../../parts/Cited';
import { Empty, Failed, Loading } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { file as words } from '../../text/file';
import { nameOfAct } from './nameOfAct';
import { MessageProof, ProofBar } from './Proof';
import './case.css';

type Row = { at: string; sent: Sent } | { at: string; received: Received } | { at: string; event: Recorded };

export function FlowTab({ file }: { file: CaseFile }) {
  const { situation, names, row } = file;
  const [params, setParams] = useSearchParams();
  const only = params.get('show') === 'handovers';
  // Who may not read the records still sees the hand-overs.
  const read = useEvents(row.id);
  const events = read.data ?? [];
  const forbidden = read.error !== null && problemOf(read.error).status === 403;
  const proofs = useProof(row.id, false).data?.messages ?? [];
  const told = new Set([...situation.sent, ...situation.received].map((m) => m.kind));
  const own = events.filter(({ header: h }) => h.action !== 'receipt' && !told.has(h.action));
  const rows: Row[] = [
    ...situation.sent.map((sent) => ({ at: sent.at, sent })),
    ...situation.received.map((received) => ({ at: received.at, received })),
    ...(only ? [] : own.map((event) => ({ at: event.header.occurred_at, event }))),
  ].toSorted((a, b) => b.at.localeCompare(a.at));
  const show = (value: string) =>
    setParams((p) => {
      p.set('show', value);
      return p;
    }, { replace: true });
  return (
    <section className="block plain">
      <ProofBar file={file} />
      <div className="bar pad-x show">
        <Radio.Group
          aria-label={words.flow.show}
          value={only ? 'handovers' : 'all'}
          onChange={(e) => show(e.target.value as string)}
          options={[
            { value: 'all', label: words.flow.all },
            { value: 'handovers', label: words.flow.handovers },
          ]}
        />
      </div>
      {forbidden && !only && <Empty>{words.flow.onlyHandovers}</Empty>}
      {!only && !read.data && !forbidden && (read.error ? <Failed error={read.error} again={() => void read.refetch()} /> : <Loading />)}
      {rows.length === 0 && (only || forbidden || read.data) && <Empty>{only || forbidden ? words.handoversEmpty : words.flowEmpty}</Empty>}
      <ol className="flow line">
        {(read.data || forbidden || only ? rows : []).map((r) =>
          'event' in r ? (
            <Own key={r.event.header.id} event={r.event} file={file} />
          ) : 'sent' in r ? (
            <Out key={r.sent.message} sent={r.sent} file={file} proof={proofs.find((p) => p.message === r.sent.message)} />
          ) : (
            <In key={r.received.message} received={r.received} file={row.id} names={names} proof={proofs.find((p) => p.message === r.received.message)} />
          ),
        )}
      </ol>
    </section>
  );
}

function Own({ event, file }: { event: Recorded; file: CaseFile }) {
  const { names, situation } = file;
  const { header: h, payload } = event;
  return (
    <li className="own">
      <span className="num soft">{momentOf(h.occurred_at)}</span>
      <div>
        <b>{nameOfAct(file, event)}</b>
        {Object.keys(situation.subjects).length > 1 && (h.subjects ?? []).length > 0 && `　${(h.subjects ?? []).map((s) => names.subjects[s] ?? s).join('、')}`}
        <span className="soft">
          {'　'}
          {h.actor.user === '-' ? words.exchange : (names.users[h.actor.user] ?? h.actor.user)}　{names.roles[h.actor.role] ?? ''}
        </span>
        {payload?.reason && <div className="song"><Cited file={file} text={payload.reason} /></div>}
        {(h.basis ?? []).length > 0 && (
          <div>
            <Basis of={h.basis ?? []} />
          </div>
        )}
      </div>
    </li>
  );
}

function Out({ sent, file, proof }: { sent: Sent; file: CaseFile; proof: MessageProved | undefined }) {
  const { names } = file;
  return (
    <li className="out">
      <span className="num soft">{momentOf(sent.at)}</span>
      <div>
        <span className="tag tag-act">↑ {words.sent}</span> {names.units[sent.to] ?? sent.to}　<b>{names.messages[sent.kind] ?? sent.kind}</b>
        <Receipts sent={sent} file={file.row.id} />
        <MessageProof of={proof} />
      </div>
    </li>
  );
}

function In({ received: r, file, names, proof }: { received: Received; file: string; names: CaseFile['names']; proof: MessageProved | undefined }) {
  const faults = r.faults ?? [];
  return (
    <li className="in">
      <span className="num soft">{momentOf(r.at)}</span>
      <div>
        <span className="tag">↓ {words.received}</span> {names.units[r.from] ?? r.from}　<b>{names.messages[r.kind] ?? r.kind}</b>
        {faults.length > 0 && (
          <details open>
            <summary>{words.faults(faults.length)}</summary>
            <ul className="reasons">
              {faults.map((f, i) => (
                <li key={`${f.requirement}${i}`}>
                  {f.text} <Basis of={f.basis} />
                </li>
              ))}
            </ul>
          </details>
        )}
        <div className="receipts">
          <Link to={`/files/${file}/receipt/${r.message}`}>{words.printReceipt}</Link>
        </div>
        <MessageProof of={proof} />
      </div>
    </li>
  );
}

const TONES: Record<string, string> = { received: 'tag', accepted: 'tag tag-good', returned: 'tag tag-danger', refused: 'tag tag-danger' };

function Receipts({ sent, file }: { sent: Sent; file: string }) {
  return (
    <div className="receipts">
      {sent.technical ? (
        <span>
          <span className={TONES[sent.technical.answer]}>{words.answers[sent.technical.answer]}</span> <span className="num soft">{momentOf(sent.technical.at)}</span>{' '}
          <code className="soft">{sent.technical.number}</code>
        </span>
      ) : (
        <span className="tag tag-soon">{words.waitingTechnical}</span>
      )}
      {/* A notice has one receipt, which is both. */}
      {sent.business && sent.business.number !== sent.technical?.number && (
        <span>
          <span className={TONES[sent.business.answer]}>{words.answers[sent.business.answer]}</span>{' '}
          <span className="num soft">{momentOf(sent.business.at)}</span> {sent.business.answer === 'accepted' && <span className="num soft">{sent.business.number}</span>}
        </span>
      )}
      {!sent.business && sent.answer_due && <span className="tag tag-soon">{words.waitingBusiness(momentOf(sent.answer_due))}</span>}
      <Link to={`/files/${file}/receipt/${sent.message}`}>{words.printReceipt}</Link>
    </div>
  );
}
