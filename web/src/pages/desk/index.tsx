/** The desk: what burns, what waits for me, what came back; each row one click from its act. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useClock, useDeadlines, useReturned, useTodos } from '../../api/queries';
import type { Deadline, Todo } from '../../api/types';
import { LinkButton } from '../../parts/LinkButton';
import { Due, Kind } from '../../parts/Due';
import { Empty, Read } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { useTitle } from '../../parts/title';
import { desk } from '../../text/desk';

const MOST = 6;

/** Where a to-do is done. */
export function doing(t: Todo): string {
  const [what, proposal] = t.act.split(':');
  return what === 'approve' ? `/files/${t.file}/approve/${t.instance}/${proposal}` : `/files/${t.file}/do/${t.instance}/${t.act}`;
}

/** Custody before handling, a breach before the mere lapse of a term, then by their end. */
function byWeight(a: Deadline, b: Deadline): number {
  const weight = (d: Deadline) => (d.clock === desk.custody ? 0 : 2) + (d.breach ? 0 : 1);
  return weight(a) - weight(b) || a.due_at.localeCompare(b.due_at);
}

function Section({ title, count, children }: { title: string; count: number | undefined; children: ReactNode }) {
  return (
    <section className="block" aria-label={title}>
      <h2>
        {title}
        {count !== undefined && <span className="num count">{count}</span>}
      </h2>
      {children}
    </section>
  );
}

export function Component() {
  useTitle(desk.title);
  const clock = useClock();
  const now = clock.data?.now;
  const deadlines = useDeadlines(7);
  const todos = useTodos();
  const returned = useReturned();
  const next = (file: string) => todos.data?.find((t) => t.file === file);
  return (
    <div className="page desk">
      <h1 className="hidden">{desk.title}</h1>
      <Section title={desk.burning} count={deadlines.data?.length}>
        <Read of={deadlines} rows={2}>
          {(all) =>
            all.length === 0 ? (
              <Empty>{desk.burningEmpty}</Empty>
            ) : (
              <>
                <ul className="rows">
                  {all.toSorted(byWeight).slice(0, MOST).map((d) => {
                    const todo = next(d.file);
                    return (
                      <li key={`${d.file}${d.instance}${d.subject}${d.deadline}`}>
                        <Due due={d.due_at} now={now} />
                        <Kind clock={d.clock} due={d.due_at} now={now} />
                        <span className="what">{d.name}</span>
                        <Link className="case" to={`/files/${d.file}?tab=deadlines`}>
                          {d.title}
                        </Link>
                        {todo && <GoTo to={doing(todo)} name={nameOf(todo)} />}
                      </li>
                    );
                  })}
                </ul>
                {all.length > MOST && (
                  <Link className="more" to="/deadlines">
                    {desk.more(all.length - MOST)}
                  </Link>
                )}
              </>
            )
          }
        </Read>
      </Section>
      <Section title={desk.waiting} count={todos.data?.length}>
        <Read of={todos}>
          {(all) =>
            all.length === 0 ? (
              <Empty>{desk.waitingEmpty}</Empty>
            ) : (
              <ul className="rows">
                {all.map((t) => (
                  <li key={`${t.file}${t.instance}${t.act}`}>
                    <Link className="case" to={`/files/${t.file}`}>
                      {t.title}
                    </Link>
                    <span className="what soft">{t.act.startsWith('approve:') ? t.text : ''}</span>
                    {t.due_at ? <Due due={t.due_at} now={now} short /> : <span className="due" />}
                    <GoTo to={doing(t)} name={nameOf(t)} main />
                  </li>
                ))}
              </ul>
            )
          }
        </Read>
      </Section>
      <Section title={desk.returned} count={returned.data?.length}>
        <Read of={returned} rows={2}>
          {(all) =>
            all.length === 0 ? (
              <Empty>{desk.returnedEmpty}</Empty>
            ) : (
              <ul className="rows">
                {all.map((r) => (
                  <li key={`${r.file}${r.at}${r.what}`}>
                    <span className="due num">{momentOf(r.at)}</span>
                    <Link className="case" to={`/files/${r.file}`}>
                      {r.title}
                    </Link>
                    <span className="what">
                      {r.what}：{r.text}
                    </span>
                    <GoTo to={`/files/${r.file}`} name={desk.open} />
                  </li>
                ))}
              </ul>
            )
          }
        </Read>
      </Section>
    </div>
  );
}

const nameOf = (t: Todo) => (t.act.startsWith('approve:') ? desk.approve : t.text);

function GoTo({ to, name, main = false }: { to: string; name: string; main?: boolean }) {
  return (
    <LinkButton to={to} className="go" type={main ? 'primary' : 'default'} title={name}>
        {name}
      </LinkButton>
  );
}
