/** The desk: what burns, what waits for me, what came back; each row one click from its act. Beside it the month and the numbers. */
import { Button } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useClock, useDeadlines, useNotices, useReturned, useTodos } from '../../api/queries';
import { Due, Kind } from '../../parts/Due';
import { LinkButton } from '../../parts/LinkButton';
import { useUser } from '../../parts/session';
import { NoticeItem } from '../../parts/NoticeItem';
import { Empty, Read } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { useTitle } from '../../parts/title';
import { desk } from '../../text/desk';
import { Calendar } from './Calendar';
import { Leading, Stages } from './Numbers';
import { Section } from './Section';
import { answering, asked, byUrgency, byWeight, cameBack, doing, ending, kindsOf, nameOf } from './weight';

const BURNING = 6;
const WAITING = 12;
/** Rows that come with each press. */
const MORE = 50;
const BACK = 6;
/** Kinds of acts that are told apart above a long list. */
const KINDS = 6;
const NOTICES = 5;

export function Component() {
  useTitle(desk.title);
  const clock = useClock();
  const now = clock.data?.now;
  return (
    <div className="page desk">
      <h1 className="hidden">{desk.title}</h1>
      <div className="desk-main">
        <Burning now={now} />
        <Waiting now={now} />
        <Back />
        <Leading />
      </div>
      <div className="desk-side">
        {now ? (
          <Calendar now={now} />
        ) : (
          <Section title={desk.calendar}>
            <Read of={clock} rows={6}>
              {() => null}
            </Read>
          </Section>
        )}
        <Stages />
        <Told />
      </div>
    </div>
  );
}

/** What is unfolded and chosen stands in the address, so that it is there again after an act. */
function useParts() {
  const [params, setParams] = useSearchParams();
  return {
    rows: (name: string, least: number) => Math.max(least, Number(params.get(name)) || 0),
    kind: params.get('kind') ?? undefined,
    put: (parts: Record<string, string | undefined>) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(parts)) {
            if (value === undefined) next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
  };
}

/** What one answer does not hold, and where all of it is found. */
function Cut({ of, to }: { of: { total: number; items: unknown[] }; to: string }) {
  if (of.total <= of.items.length) return null;
  return (
    <Link className="more" to={to}>
      {desk.cut(of.items.length, of.total)}
    </Link>
  );
}

function Burning({ now }: { now: string | undefined }) {
  const deadlines = useDeadlines({ days: 7 });
  const todos = useTodos();
  // What others have to answer burns nobody here; it stands among the deadlines.
  const burning = deadlines.data?.items.filter((d) => d.breach || d.clock === desk.custody) ?? [];
  return (
    <Section title={desk.burning} count={deadlines.data && burning.length}>
      <Read of={deadlines} rows={2}>
        {(read) =>
          burning.length === 0 ? (
            <Empty>{desk.burningEmpty}</Empty>
          ) : (
            <>
              <ul className="rows burning">
                {burning
                  .toSorted(byWeight(now ?? ''))
                  .slice(0, BURNING)
                  .map((d) => {
                    const todo = ending(todos.data?.items ?? [], d);
                    return (
                      <li key={`${d.file}${d.instance}${d.subject}${d.deadline}`}>
                        <Due due={d.due_at} now={now} />
                        <Kind clock={d.clock} due={d.due_at} now={now} />
                        <span className="what" title={d.name}>
                          {d.name}
                        </span>
                        <Link className="case" to={`/files/${d.file}?tab=deadlines`} title={d.title}>
                          {d.title}
                        </Link>
                        {todo ? <GoTo to={doing(todo)} name={nameOf(todo)} /> : <GoTo to={`/files/${d.file}`} name={desk.open} />}
                      </li>
                    );
                  })}
              </ul>
              {burning.length > BURNING && (
                <Link className="more" to="/deadlines?days=7">
                  {desk.more(burning.length - BURNING)}
                </Link>
              )}
              <Cut of={read} to="/deadlines?days=7" />
            </>
          )
        }
      </Read>
    </Section>
  );
}

function Waiting({ now }: { now: string | undefined }) {
  const todos = useTodos();
  const returned = useReturned();
  const user = useUser();
  const { rows: shown, kind: only, put } = useParts();
  const rows = shown('rows', WAITING);
  const back = cameBack(returned.data?.items ?? []);
  return (
    <Section title={desk.waiting} count={todos.data?.total}>
      <Read of={todos}>
        {(read) => {
          const all = read.items;
          if (all.length === 0) return <Empty>{desk.waitingEmpty}</Empty>;
          const kinds = all.length > WAITING ? kindsOf(all) : [];
          // What was chosen may be done meanwhile.
          const chosen = kinds.some(([name]) => name === only) ? only : undefined;
          const list = chosen === undefined ? all : all.filter((t) => nameOf(t) === chosen);
          return (
            <>
              {kinds.length > 1 && (
                <div className="kinds" role="group" aria-label={desk.kinds}>
                  {[[undefined, all.length] as const, ...kinds.slice(0, KINDS)].map(([name, n]) => (
                    <button
                      key={name ?? ''}
                      type="button"
                      className={name === chosen ? 'tag tag-act' : 'tag'}
                      aria-pressed={name === chosen}
                      onClick={() => put({ kind: name, rows: undefined })}
                    >
                      {name ?? desk.allKinds} <span className="num">{n}</span>
                    </button>
                  ))}
                </div>
              )}
              <ul className="rows waiting">
                {list
                  .toSorted(byUrgency(now ?? '', back))
                  .slice(0, rows)
                  .map((t) => (
                    <li key={`${t.file}${t.instance}${t.act}${t.role}`}>
                      <Link className="case" to={`/files/${t.file}`} title={t.title}>
                        {t.title}
                      </Link>
                      <span className="what soft" title={asked(t)}>
                        {back(t) && <span className="tag tag-soon">{desk.returned}</span>} {asked(t)}
                      </span>
                      {t.due_at ? <Due due={t.due_at} now={now} short /> : <span className="due" />}
                      <GoTo to={doing(t)} name={nameOf(t)} main />
                    </li>
                  ))}
              </ul>
              {list.length > rows && (
                <Button type="link" onClick={() => put({ rows: String(rows + MORE) })}>
                  {desk.moreTodos(Math.min(MORE, list.length - rows), list.length - rows)}
                </Button>
              )}
              <Cut of={read} to={`/files?open=true&handler=${encodeURIComponent(user.id)}`} />
            </>
          );
        }}
      </Read>
    </Section>
  );
}

function Back() {
  const returned = useReturned();
  const todos = useTodos();
  const user = useUser();
  const { rows: shown, put } = useParts();
  const rows = shown('back', BACK);
  return (
    <Section title={desk.returned} count={returned.data?.total}>
      <Read of={returned} rows={2}>
        {(read) => {
          const all = read.items;
          if (all.length === 0) return <Empty>{desk.returnedEmpty}</Empty>;
          return (
            <>
              <ul className="rows back">
                {all.slice(0, rows).map((r) => {
                  const todo = answering(todos.data?.items ?? [], r);
                  return (
                    <li key={`${r.file}${r.at}${r.what}`}>
                      <span className="due num">{momentOf(r.at)}</span>
                      <Link className="case" to={`/files/${r.file}`} title={r.title}>
                        {r.title}
                      </Link>
                      <span className="what" title={`${r.what}：${r.text}`}>
                        {r.action && <span className={r.refused ? 'tag tag-danger' : 'tag tag-soon'}>{r.refused ? desk.refused : desk.sentBack}</span>} {r.what}：{r.text}
                      </span>
                      {r.action ? (
                        <GoTo to={`/files/${r.file}/do/${r.instance}/${r.action}`} name={r.refused ? desk.again : desk.correct} />
                      ) : todo ? (
                        <GoTo to={doing(todo)} name={nameOf(todo)} />
                      ) : (
                        <GoTo to={`/files/${r.file}`} name={desk.open} />
                      )}
                    </li>
                  );
                })}
              </ul>
              {all.length > rows && (
                <Button type="link" onClick={() => put({ back: String(rows + MORE) })}>
                  {desk.moreReturned(Math.min(MORE, all.length - rows), all.length - rows)}
                </Button>
              )}
              <Cut of={read} to={`/files?open=true&handler=${encodeURIComponent(user.id)}`} />
            </>
          );
        }}
      </Read>
    </Section>
  );
}

/** What one was told and has not read; all of it stands behind the bell. */
function Told() {
  const notices = useNotices();
  return (
    <Section title={desk.notices} count={notices.data?.filter((n) => !n.read_at).length}>
      <Read of={notices} rows={2}>
        {(all) => {
          const unread = all.filter((n) => !n.read_at);
          if (unread.length === 0) return <Empty>{desk.noticesEmpty}</Empty>;
          return (
            <>
              <ul className="told">
                {unread.slice(0, NOTICES).map((n) => (
                  <NoticeItem key={n.id} of={n} />
                ))}
              </ul>
              {unread.length > NOTICES && <p className="more soft">{desk.noticesMore(unread.length - NOTICES)}</p>}
            </>
          );
        }}
      </Read>
    </Section>
  );
}

function GoTo({ to, name, main = false }: { to: string; name: string; main?: boolean }) {
  return (
    <LinkButton to={to} className="go" type={main ? 'primary' : 'default'} title={name}>
      {name}
    </LinkButton>
  );
}
