/** The deadlines of this file: those of the law on a time axis, then all as a table, the awaited answers and receipts among them. */
import { useClock, useSpans } from '../../api/queries';
import type { CaseFile } from '../../api/types';
import { Kind } from '../../parts/Due';
import { type Column, useSorted } from '../../parts/sorted';
import { Read } from '../../parts/States';
import { dueDate, momentOf } from '../../parts/time';
import { file as words } from '../../text/file';
import { Axis } from './Axis';
import { Left } from './Left';
import './case.css';

export function DeadlinesTab({ file, now }: { file: CaseFile; now: string | undefined }) {
  const spans = useSpans(file.row.id);
  const clock = useClock();
  return (
    <>
      <Read of={spans} rows={6}>
        {(all) =>
          all.length === 0 ? null : now ? (
            <Axis spans={all} file={file} now={now} />
          ) : (
            <Read of={clock} rows={6}>
              {() => null}
            </Read>
          )
        }
      </Read>
      <Table file={file} now={now} />
    </>
  );
}

function Table({ file, now }: { file: CaseFile; now: string | undefined }) {
  const several = Object.keys(file.names.subjects).length > 1;
  const { rows, heads } = useSorted(
    file.clocks.toSorted((a, b) => Number(!!a.ended_at) - Number(!!b.ended_at) || a.due_at.localeCompare(b.due_at)),
    [
      { key: 'name', name: words.clock.name, by: (c) => c.name },
      { key: 'kind', name: words.clock.kind, by: (c) => c.clock },
      { key: 'from', name: words.clock.from, by: (c) => momentOf(c.from) },
      { key: 'due', name: words.clock.due, by: (c) => dueDate(c.due_at) },
      { key: 'state', name: words.clock.state },
      { key: 'missed', name: words.missed },
    ] satisfies Column<CaseFile['clocks'][number]>[],
  );
  if (file.clocks.length === 0) return <p className="empty">{words.clocksEmpty}</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words.tabs.deadlines}>
      <table className="list">
        <thead>
          <tr>{heads}</tr>
        </thead>
        <tbody>
          {rows.map((c) => (
            <tr key={`${c.instance}${c.subject}${c.deadline}${c.from}`}>
              <th scope="row">
                {c.name}
                {several && <span className="soft">　{file.names.subjects[c.subject]}</span>}
              </th>
              <td>
                {c.ended_at ? <span className="tag">{c.clock}</span> : <Kind clock={c.clock} due={c.due_at} now={now} />}
              </td>
              <td className="num">{momentOf(c.from)}</td>
              <td className="num">{c.suspended ? words.anew : dueDate(c.due_at)}</td>
              <td>
                {c.ended_at ? <span className="soft num">{words.clockEnded(momentOf(c.ended_at))}</span> : <Left file={file} clock={c} now={now} />}
                {c.provisional && (
                  <span className="tag" title={words.provisional}>
                    {words.provisional}
                  </span>
                )}
              </td>
              <td className="soft long">{c.missed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
