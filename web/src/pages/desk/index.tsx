/** The desk: what burns, what waits for me, what came back; each row one click from its act. Beside it the month and the numbers. */
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useClock, useDeadlines, useNotices, useReturned, useTodos } from '../../api/queries';
import { Due, Kind } from '../../parts/Due';
import { LinkButton } from '../../parts/LinkButton';
import { Empty, Read } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { useTitle } from '../../parts/title';
import { desk } from '../../text/desk';
import { frame } from '../../text/frame';
import { Calendar } from './Calendar';
import { Leading, Stages } from './Numbers';
import { Section } from './Section';
import { byUrgency, byWeight, doing, nameOf } from './weight';

const BURNING = 6;
const WAITING = 12;
const NOTICES = 5;

export function Component() {
  useTitle(desk.title);
  const now = useClock().data?.now;
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
        {now && <Calendar now={now} />}
        <Stages />
        <Told />
      </div>
    </div>
  );
}

function Burning({ now }: { now: string | undefined }) {
  const deadlines = useDeadlines({ days: 7 });
  const todos = useTodos();
  const next = (file: string) => todos.data?.find((t) => t.file === file);
  return (
    <Section title={desk.burning} count={deadlines.data?.length}>
      <Read of={deadlines} rows={2}>
        {(all) =>
          all.length === 0 ? (
            <Empty>{desk.burningEmpty}</Empty>
          ) : (
            <>
              <ul className="rows burning">
                {all
                  .toSorted(byWeight(now ?? ''))
                  .slice(0, BURNING)
                  .map((d) => {
                    const todo = next(d.file);
                    return (
                      <li key={`${d.file}${d.instance}${d.subject}${d.deadline}`}>
                        <Due due={d.due_at} now={now} />
                        <Kind clock={d.clock} due={d.due_at} now={now} />
                        <span className="what">{d.name}</span>
                        <Link className="case" to={`/files/${d.file}?tab=deadlines`}>
                          {d.title}
                        </Link>
                        {todo ? <GoTo to={doing(todo)} name={nameOf(todo)} /> : <GoTo to={`/files/${d.file}`} name={desk.open} />}
                      </li>
                    );
                  })}
              </ul>
              {all.length > BURNING && (
                <Link className="more" to="/deadlines?days=7">
                  {desk.more(all.length - BURNING)}
                </Link>
              )}
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
  const [all, setAll] = useState(false);
  const back = new Set(returned.data?.map((r) => `${r.file}/${r.instance}`));
  return (
    <Section title={desk.waiting} count={todos.data?.length}>
      <Read of={todos}>
        {(list) =>
          list.length === 0 ? (
            <Empty>{desk.waitingEmpty}</Empty>
          ) : (
            <>
              <ul className="rows waiting">
                {list
                  .toSorted(byUrgency(now ?? '', returned.data ?? []))
                  .slice(0, all ? list.length : WAITING)
                  .map((t) => (
                    <li key={`${t.file}${t.instance}${t.act}${t.role}`}>
                      <Link className="case" to={`/files/${t.file}`}>
                        {t.title}
                      </Link>
                      <span className="what soft">
                        {back.has(`${t.file}/${t.instance}`) && <span className="tag tag-soon">{desk.returned}</span>}
                        {t.act.startsWith('approve:') ? t.text : ''}
                      </span>
                      {t.due_at ? <Due due={t.due_at} now={now} short /> : <span className="due" />}
                      <GoTo to={doing(t)} name={nameOf(t)} main />
                    </li>
                  ))}
              </ul>
              {!all && list.length > WAITING && (
                <Button type="link" onClick={() => setAll(true)}>
                  {desk.moreTodos(list.length - WAITING)}
                </Button>
              )}
            </>
          )
        }
      </Read>
    </Section>
  );
}

function Back() {
  const returned = useReturned();
  return (
    <Section title={desk.returned} count={returned.data?.length}>
      <Read of={returned} rows={2}>
        {(all) =>
          all.length === 0 ? (
            <Empty>{desk.returnedEmpty}</Empty>
          ) : (
            <ul className="rows back">
              {all.map((r) => (
                <li key={`${r.file}${r.at}${r.what}`}>
                  <span className="due num">{momentOf(r.at)}</span>
                  <Link className="case" to={`/files/${r.file}`}>
                    {r.title}
                  </Link>
                  <span className="what">
                    {r.action && <span className={r.refused ? 'tag tag-danger' : 'tag tag-soon'}>{r.refused ? desk.refused : desk.sentBack}</span>} {r.what}：{r.text}
                  </span>
                  {r.proposal ? <GoTo to={`/files/${r.file}/do/${r.instance}/${r.action}`} name={desk.correct} /> : <GoTo to={`/files/${r.file}`} name={desk.open} />}
                </li>
              ))}
            </ul>
          )
        }
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
                  <li key={n.id}>
                    <span className={n.kind === 'missed' ? 'tag tag-danger' : 'tag tag-soon'}>{n.kind === 'missed' ? frame.overdue : frame.soon}</span>{' '}
                    <Link to={`/files/${n.file}?tab=deadlines`}>{n.title}</Link>
                    <p className="soft">{n.text}</p>
                  </li>
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
