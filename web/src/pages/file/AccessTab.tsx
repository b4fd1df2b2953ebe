/** Who opened what, and when. */
import { problemOf } from '../../api/problem';
import { useAccessLog } from '../../api/queries';
import type { Access, CaseFile } from '../../api/types';
import { Empty, Read } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { file as all } from '../../text/file';

const words = all.access;
/** As the interface names the showing of identity numbers. */
const REVEAL = 'reveal';

interface Run {
  first: Access;
  last: Access;
  times: number;
}

/** What one person did at one thing in a row stands in one line. */
function runs(log: Access[]): Run[] {
  const out: Run[] = [];
  for (const a of log) {
    const before = out.at(-1);
    if (before && before.first.user === a.user && before.first.material === a.material && before.first.page === a.page) {
      before.last = a;
      before.times += 1;
    } else out.push({ first: a, last: a, times: 1 });
  }
  return out;
}

export function AccessTab({ file }: { file: CaseFile }) {
  const log = useAccessLog(file.row.id);
  if (log.error && problemOf(log.error).status === 403) return <Empty>{words.noRight}</Empty>;
  const what = (a: Access) => {
    if (a.material === '') return words.file;
    if (a.material === REVEAL) return <b>{words.reveal}</b>;
    const title = file.situation.materials.find((m) => m.id === a.material)?.title;
    return title ? `《${title}》${a.page > 0 ? words.page(a.page) : words.whole}` : <span className="soft">{words.hidden}</span>;
  };
  return (
    <Read of={log}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty>{words.none}</Empty>
        ) : (
          <>
            <p className="soft pad-b">{words.summary(new Set(rows.map((r) => r.user)).size, rows.length)}</p>
            <div className="scroll" tabIndex={0} role="region" aria-label={all.tabs.access}>
              <table className="list">
                <thead>
                  <tr>
                    <th>{words.when}</th>
                    <th>{words.who}</th>
                    <th>{words.what}</th>
                  </tr>
                </thead>
                <tbody>
                  {runs(rows).map((r, i) => (
                    <tr key={`${r.first.at}${r.first.user}${r.first.material}${r.first.page}${i}`}>
                      <td className="num">{momentOf(r.first.at)}</td>
                      <th scope="row">
                        {r.first.name} <span className="soft">　{r.first.unit}</span>
                      </th>
                      <td>
                        <span>{what(r.first)}</span>
                        {r.times > 1 && <span className="tag">{words.times(r.times)}</span>}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )
      }
    </Read>
  );
}
