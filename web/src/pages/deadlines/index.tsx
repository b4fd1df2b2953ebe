/** All running deadlines of the unit that one may see, the first to run out first. */
import { Segmented } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useClock, useDeadlines } from '../../api/queries';
import { Due, Kind } from '../../parts/Due';
import { Empty, Read } from '../../parts/States';
import { dueDate } from '../../parts/time';
import { useTitle } from '../../parts/title';
import { desk } from '../../text/desk';
import { deadlines as words } from '../../text/files';

const SPANS = [7, 30, 90, 365];

export function Component() {
  useTitle(words.title);
  const [params, setParams] = useSearchParams();
  const days = Number(params.get('days')) || 30;
  const now = useClock().data?.now;
  const list = useDeadlines(days);
  return (
    <div className="page">
      <div className="bar">
        <h1>{words.title}</h1>
        <Segmented value={days} onChange={(d) => setParams({ days: String(d) })} options={SPANS.map((value) => ({ value, label: words.days(value) }))} />
      </div>
      <Read of={list} rows={6}>
        {(all) =>
          all.length === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <div className="scroll" tabIndex={0} role="region" aria-label={words.title}>
              <table className="list">
                <thead>
                  <tr>
                    <th>{words.left}</th>
                    <th className="num">{words.due}</th>
                    <th>{words.kind}</th>
                    <th>{words.deadline}</th>
                    <th>{words.file}</th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((d) => (
                    <tr key={`${d.file}${d.instance}${d.subject}${d.deadline}`}>
                      <td>
                        <Due due={d.due_at} now={now} short />
                      </td>
                      <td className="num">
                        {dueDate(d.due_at)} {d.provisional && <span className="tag">{desk.provisional}</span>}
                      </td>
                      <td>
                        <Kind clock={d.clock} due={d.due_at} now={now} />
                      </td>
                      <td>{d.name}</td>
                      <td>
                        <Link to={`/files/${d.file}?tab=deadlines`}>{d.title}</Link>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Read>
    </div>
  );
}
