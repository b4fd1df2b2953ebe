/** Running deadlines that one may see, the first to run out first: of a span ahead, or of one day. */
import { Button, DatePicker, Segmented } from 'antd';
import dayjs from 'dayjs';
import { Link, useSearchParams } from 'react-router';
import { useClock, useDeadlines } from '../../api/queries';
import { useOpening } from '../../parts/opening';
import { Due, Kind } from '../../parts/Due';
import { Pager } from '../../parts/Pager';
import { Empty, Read } from '../../parts/States';
import { dateCn, dueDate } from '../../parts/time';
import { useTitle } from '../../parts/title';
import { desk } from '../../text/desk';
import { deadlines as words } from '../../text/files';

const PAGE = 100;
const SPANS = [7, 30, 90, 365];
const DAY = /^\d{4}-\d\d-\d\d$/;

export function Component() {
  useTitle(words.title);
  const [params, setParams] = useSearchParams();
  const asked = params.get('day') ?? '';
  const day = DAY.test(asked) ? asked : undefined;
  const days = Number(params.get('days')) || 30;
  const now = useClock().data?.now;
  const from = Math.max(0, Number(params.get('from')) || 0);
  const list = useDeadlines({ ...(day ? { from: day, to: day } : { days }), limit: PAGE, offset: from });
  const opening = useOpening();
  const turn = (to: number) => setParams({ ...(day ? { day } : { days: String(days) }), ...(to > 0 && { from: String(to) }) });
  return (
    <div className="page">
      <div className="bar">
        <h1>{day ? words.day(dateCn(day)) : words.title}</h1>
        <span className="soft num" role="status">
          {list.data && words.total(list.data.total)}
        </span>
        <Segmented value={day ? 0 : days} onChange={(d) => setParams({ days: String(d) })} options={SPANS.map((value) => ({ value, label: words.days(value) }))} />
        <DatePicker aria-label={words.due} value={day ? dayjs(day) : null} onChange={(d) => setParams(d ? { day: d.format('YYYY-MM-DD') } : {})} />
        {day && (
          <Button type="link" onClick={() => setParams({})}>
            {words.all}
          </Button>
        )}
      </div>
      <Read of={list} rows={6}>
        {({ items, total }) =>
          total === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <>
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
                    {items.map((d) => (
                      <tr key={`${d.file}${d.instance}${d.subject}${d.deadline}`} {...opening(`/files/${d.file}?tab=deadlines`)}>
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
              <Pager from={from} shown={items.length} total={total} size={PAGE} go={turn} range={words.range} />
            </>
          )
        }
      </Read>
    </div>
  );
}
