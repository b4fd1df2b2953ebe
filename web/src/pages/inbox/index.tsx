/** What came in and waits for acceptance, with the rules of acceptance already asked; what went out and waits for an answer. */
import { Checkbox, Input, Segmented, Tabs } from 'antd';
import { useEffect } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useClock, useHandovers, useLibrary } from '../../api/queries';
import type { Handover } from '../../api/types';
import { Due } from '../../parts/Due';
import { receives, sends } from '../../parts/duties';
import { Findings, counted } from '../../parts/Findings';
import { LinkButton } from '../../parts/LinkButton';
import { useUser } from '../../parts/session';
import { Pager } from '../../parts/Pager';
import { Empty, Read } from '../../parts/States';
import { dueOf, momentOf, sizeOf, urgency } from '../../parts/time';
import { useTitle } from '../../parts/title';
import { common } from '../../text/common';
import { file as fileWords } from '../../text/file';
import { files } from '../../text/files';
import { inbox as words } from '../../text/handover';

const PAGE = 20;
/** Of so many what was found stands open; more are gone through by their heads. */
const FEW = 5;

export function Component() {
  useTitle(words.title);
  const user = useUser();
  const library = useLibrary();
  const [params, setParams] = useSearchParams();
  const takes = receives(library.data, user);
  const gives = sends(library.data, user);
  const asked = params.get('side');
  const side = asked === 'sent' || asked === 'received' ? asked : takes || !gives ? 'received' : 'sent';
  const answered = params.get('answered') === '1';
  const from = Math.max(0, Number(params.get('from')) || 0);
  const late = params.get('late') === '1';
  const text = params.get('text') ?? '';
  const list = useHandovers({ side, answered, late, ...(text && { text }), limit: PAGE, offset: from });
  const go = (next: { side?: string; answered?: boolean; late?: boolean; text?: string; from?: number }) => {
    const all = { side, answered, late, text, from: 0, ...next };
    setParams({
      side: all.side,
      ...(all.answered && { answered: '1' }),
      ...(all.late && { late: '1' }),
      ...(all.text && { text: all.text }),
      ...(all.from > 0 && { from: String(all.from) }),
    });
  };
  // What was answered is gone from the list: the last page may have become empty.
  const beyond = from > 0 && list.isSuccess && !list.isPlaceholderData && list.data.items.length === 0;
  useEffect(() => {
    if (beyond) setParams((p) => new URLSearchParams([...p].filter(([name]) => name !== 'from')), { replace: true });
  }, [beyond, setParams]);
  const turn = (to: number) => go({ from: Math.max(0, to) });
  if (library.data && !takes && !gives) {
    return (
      <div className="page">
        <h1>{words.title}</h1>
        <Empty>{words.noReceiver}</Empty>
        <LinkButton to="/">{common.toDesk}</LinkButton>
      </div>
    );
  }
  const empty = late || text ? words.noneFound : answered ? words.emptyAnswered : side === 'received' ? words.emptyReceived : words.emptySent;
  return (
    <div className="page">
      <div className="bar">
        <h1>{words.title}</h1>
        <span className="soft num" role="status">
          {list.data && files.total(list.data.total)}
        </span>
        <Segmented
          value={answered}
          onChange={(v) => go({ answered: v })}
          options={[
            { value: false, label: side === 'received' ? words.waiting : words.waitingSent },
            { value: true, label: words.answered },
          ]}
        />
      </div>
      <Tabs
        activeKey={side}
        onChange={(key) => go({ side: key })}
        items={[
          { key: 'received', label: words.received },
          { key: 'sent', label: words.sent },
        ]}
      />
      <search className="pagebar" aria-label={words.looking}>
        <Input.Search
          key={text}
          allowClear
          defaultValue={text}
          placeholder={words.find}
          aria-label={words.find}
          onSearch={(found) => go({ text: found.trim() })}
          style={{ width: 280, maxWidth: '100%' }}
        />
        <Checkbox checked={late} onChange={(e) => go({ late: e.target.checked })}>
          {words.late}
        </Checkbox>
      </search>
      <Read of={list} rows={6}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty>{empty}</Empty>
          ) : (
            <>
              <ul className="cards">
                {data.items.map((h) => (side === 'received' ? <Came key={h.message} of={h} open={data.items.length <= FEW} /> : <Went key={h.message} of={h} />))}
              </ul>
              <Pager from={from} shown={data.items.length} total={data.total} size={PAGE} go={turn} />
            </>
          )
        }
      </Read>
    </div>
  );
}

const TONES: Record<string, string> = { accepted: 'tag tag-good', returned: 'tag tag-danger', refused: 'tag tag-danger' };

function Answer({ of: h }: { of: Handover }) {
  if (!h.answer) return null;
  return (
    <span>
      <span className={TONES[h.answer] ?? 'tag'}>{fileWords.answers[h.answer] ?? h.answer}</span>{' '}
      <span className="num">{h.answer === 'accepted' ? h.number : ''}</span> <span className="num soft">{h.answered_at && momentOf(h.answered_at)}</span>
    </span>
  );
}

function Line({ of: h, unit, at, now }: { of: Handover; unit: string; at: string; now: string | undefined }) {
  const days = now ? Math.max(0, Math.floor((new Date(now).getTime() - new Date(h.at).getTime()) / 86_400_000)) : 0;
  return (
    <p className="soft">
      {unit} {h.unit_name}　{h.subjects.join('、')}　<span className="num">{words.pages(h.pages)}</span>
      {h.bytes > 0 && <span className="num">，{sizeOf(h.bytes)}</span>}
      {'　'}
      {at} <span className="num">{momentOf(h.at)}</span>
      {!h.answered_at && `（${words.age(days)}）`}
    </p>
  );
}

function Came({ of: h, open }: { of: Handover; open: boolean }) {
  const now = useClock().data?.now;
  const accept = h.answers.find((a) => a.answer === 'accepted');
  const { bad, warn } = counted(accept?.findings ?? []);
  // What the check says comes first: a hand-over without faults is accepted, another is returned; it cannot be accepted now.
  const mine = h.answers.filter((a) => a.mine && (bad === 0 || a !== accept));
  const first = mine.find((a) => (bad > 0 ? a.answer === 'returned' : a.answer === 'accepted'));
  const ordered = [...mine].toSorted((a, b) => Number(b === first) - Number(a === first));
  return (
    <li className="block">
      <div className="top">
        <div className="grow">
          <h2>
            <Link to={`/files/${h.file}`}>{h.title}</Link>
            <span className="what">{h.name}</span>
          </h2>
          <Line of={h} unit={words.from} at={words.at} now={now} />
        </div>
        <div className="state">
          {h.answered_at ? <Answer of={h} /> : <Due due={h.due_at} now={now} />}
          {accept && (
            <span className={bad > 0 ? 'tag tag-danger' : warn > 0 ? 'tag tag-soon' : 'tag tag-good'}>
              {words.check} {bad > 0 ? words.faults(bad) : warn > 0 ? words.warnings(warn) : words.allMet}
            </span>
          )}
        </div>
      </div>
      {accept && accept.findings.length > 0 && (
        <details className="folded" open={bad > 0 || (open && warn <= 3)}>
          <summary>{bad > 0 ? words.stopped(accept.name, bad) : words.details}</summary>
          <Findings of={accept.findings} />
        </details>
      )}
      <div className="row">
        {ordered.map((a) => (
          <LinkButton key={a.action} to={`/files/${h.file}/do/${h.instance}/${a.action}`} type={a === first ? 'primary' : 'default'} size="small">
            {a.name}
          </LinkButton>
        ))}
        <LinkButton to={`/files/${h.file}/read`} size="small">
          {fileWords.read}
        </LinkButton>
        <LinkButton to={`/files/${h.file}/receipt/${h.message}`} size="small">
          {fileWords.printReceipt}
        </LinkButton>
      </div>
    </li>
  );
}

function Went({ of: h }: { of: Handover }) {
  const now = useClock().data?.now;
  const late = !h.answered_at && now !== undefined && urgency(h.due_at, now) === 'over';
  return (
    <li className="block">
      <div className="top">
        <div className="grow">
          <h2>
            <Link to={`/files/${h.file}?tab=flow`}>{h.title}</Link>
            <span className="what">{h.name}</span>
          </h2>
          <Line of={h} unit={words.to} at={words.sentAt} now={now} />
        </div>
        <div className="state">
          {h.answered_at ? <Answer of={h} /> : late ? null : now && <span className="soft">{words.answerBy(dueOf(h.due_at, now))}</span>}
          {late && <span className="tag tag-danger">{words.overdueAnswer}</span>}
          {h.technical ? (
            <span className={h.technical.answer === 'received' ? 'tag' : 'tag tag-danger'}>
              {words.receipt} {fileWords.answers[h.technical.answer] ?? h.technical.answer}
            </span>
          ) : (
            <span className={h.error ? 'tag tag-danger' : 'tag tag-soon'}>{h.error ? words.failing : words.waitingReceipt}</span>
          )}
          <LinkButton to={`/files/${h.file}/receipt/${h.message}`} size="small">
            {fileWords.printReceipt}
          </LinkButton>
        </div>
      </div>
    </li>
  );
}
