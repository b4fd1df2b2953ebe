/** Who opened what, and when. */
import { Checkbox } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { problemOf } from '../../api/problem';
import { useAccessLog } from '../../api/queries';
import type { Access, CaseFile } from '../../api/types';
import { useOpening } from '../../parts/opening';
import { type Column, useSorted } from '../../parts/sorted';
import { Empty, Read } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { file as texts } from '../../text/file';

const words = texts.access;
/** As the interface names what is no material. */
const NO_MATERIAL: Record<string, string> = { '': words.file, reveal: words.reveal, search: words.search, export: words.export };
/** A document of a proposal: its instance and the proposal. */
const DRAFT = /^I\d+\.A\d+$/;
/** Image and text of a page that lies open are read together: within so many milliseconds it is one look. */
const LOOK = 10_000;

/** Records of one answer. */
const MOST = 1000;

interface Run {
  first: Access;
  last: Access;
  times: number;
}

/** What one person did at one thing in a row stands in one line; so do pages in a row that were only pictured or fetched. */
function runs(log: Access[]): Run[] {
  const out: Run[] = [];
  for (const a of log) {
    const before = out.at(-1);
    const same = before && before.first.user === a.user && before.first.material === a.material && before.first.how === a.how;
    if (same && before.first.page === a.page) {
      if (Date.parse(before.last.at) - Date.parse(a.at) > LOOK) before.times += 1;
      before.last = a;
    } else if (same && a.how !== 'opened') before.last = a;
    else out.push({ first: a, last: a, times: 1 });
  }
  return out;
}

/** What was fetched ahead and then shown is told by its showing. */
function seen(log: Access[]): Access[] {
  const key = (a: Access) => `${a.user} ${a.material} ${a.page}`;
  const opened = new Set(log.filter((a) => a.how === 'opened').map(key));
  return log.filter((a) => a.how !== 'ahead' || !opened.has(key(a)));
}

export function AccessTab({ file }: { file: CaseFile }) {
  const log = useAccessLog(file.row.id);
  const [all, setAll] = useState(false);
  if (log.error && problemOf(log.error).status === 403) return <Empty>{words.noRight}</Empty>;
  return (
    <Read of={log}>
      {(log) => {
        const rows = seen(log).filter((a) => all || a.how === 'opened');
        const people = new Set(rows.map((r) => r.user)).size;
        if (log.length === 0) return <Empty>{words.none}</Empty>;
        return (
          <>
            <div className="bar pad-b">
              <span className="soft grow">{log.length < MOST ? words.summary(people, rows.length) : words.summaryCut(people, rows.length, MOST)}</span>
              <Checkbox checked={all} onChange={(e) => setAll(e.target.checked)}>
                {words.all}
              </Checkbox>
            </div>
            <Table file={file} of={runs(rows)} />
          </>
        );
      }}
    </Read>
  );
}

function Table({ file, of }: { file: CaseFile; of: Run[] }) {
  const opening = useOpening();
  const material = (r: Run) => file.situation.materials.find((m) => m.id === r.first.material);
  const what = (r: Run) => {
    const { first: a, last: to } = r;
    const other = NO_MATERIAL[a.material];
    if (other) return other;
    if (DRAFT.test(a.material)) return `${words.ofDraft}${words.page(a.page)}`;
    const title = material(r)?.title;
    if (!title) return words.hidden;
    if (a.how === 'outline') return `《${title}》`;
    const [low, high] = [Math.min(a.page, to.page), Math.max(a.page, to.page)];
    return `《${title}》${low === 0 ? words.whole : low === high ? words.page(low) : words.pages(low, high)}`;
  };
  const { rows, heads } = useSorted(of, [
    { key: 'when', name: words.when, by: (r) => momentOf(r.first.at) },
    { key: 'who', name: words.who, by: (r) => r.first.name },
    { key: 'what', name: words.what, by: what },
  ] satisfies Column<Run>[]);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={texts.tabs.access}>
      <table className="list">
        <thead>
          <tr>{heads}</tr>
        </thead>
        <tbody>
          {rows.map((r, i) => {
            const page = Math.min(r.first.page, r.last.page);
            const to = material(r) && file.reads ? `/files/${file.row.id}/read/${r.first.material}${page > 0 ? `/${page}` : ''}` : undefined;
            return (
              <tr
                key={`${r.first.at}${r.first.user}${r.first.material}${r.first.page}${i}`}
                {...(to && opening(to))}
              >
                <td className="num">{momentOf(r.first.at)}</td>
                <th scope="row">
                  {r.first.name} <span className="soft">　{r.first.unit}</span>
                </th>
                <td>
                  {to ? <Link to={to}>{what(r)}</Link> : <span className={r.first.material === 'reveal' ? 'strong' : undefined}>{what(r)}</span>}
                  {r.first.how !== 'opened' && <span className="tag">{words.how[r.first.how]}</span>}
                  {r.times > 1 && <span className="tag">{words.times(r.times)}</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
