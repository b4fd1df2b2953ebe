/** The deadlines of this file: those of the law on a time axis, then all as a table, the awaited answers and receipts among them. */
import { useSpans } from '../../api/queries';
import type { CaseFile } from '../../api/types';
import { Kind } from '../../parts/Due';
import { Read } from '../../parts/States';
import { dueDate, momentOf } from '../../parts/time';
import { file as words } from '../../text/file';
import { Axis } from './Axis';
import { Left } from './Left';
import './case.css';

export function DeadlinesTab({ file, now }: { file: CaseFile; now: string | undefined }) {
  const spans = useSpans(file.row.id);
  return (
    <>
      <Read of={spans} rows={6}>
        {(all) => (all.length > 0 && now ? <Axis spans={all} file={file} now={now} /> : null)}
      </Read>
      <Table file={file} now={now} />
    </>
  );
}

function Table({ file, now }: { file: CaseFile; now: string | undefined }) {
  if (file.clocks.length === 0) return <p className="empty">{words.clocksEmpty}</p>;
  const sorted = file.clocks.toSorted((a, b) => Number(!!a.ended_at) - Number(!!b.ended_at) || a.due_at.localeCompare(b.due_at));
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words.tabs.deadlines}>
      <table className="list">
        <thead>
          <tr>
            <th>{words.clock.name}</th>
            <th>{words.clock.kind}</th>
            <th>{words.clock.from}</th>
            <th>{words.clock.due}</th>
            <th>{words.clock.state}</th>
            <th>{words.missed}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((c) => (
            <tr key={`${c.instance}${c.subject}${c.deadline}${c.from}`}>
              <th scope="row">
                {c.name}
                {Object.keys(file.names.subjects).length > 1 && <span className="soft">　{file.names.subjects[c.subject]}</span>}
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
