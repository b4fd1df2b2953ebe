/** The library: its processes by the agencies that run them, each with the result of its check. */
import { Link } from 'react-router';
import { useLibrary } from '../../api/queries';
import type { LibraryProcess } from '../../api/types';
import { LinkButton } from '../../parts/LinkButton';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { library as words } from '../../text/library';
import { Confidence, Version } from './parts';
import './library.css';

export function Component() {
  const library = useLibrary();
  useTitle(words.title);
  return (
    <div className="page library">
      <div className="bar">
        <h1>{words.title}</h1>
        <span className="grow" />
        <LinkButton to="/library/articles">{words.statutes}</LinkButton>
      </div>
      <p className="soft lead">{words.lead}</p>
      <Read of={library} rows={10}>
        {(data) => (
          <>
            <dl className="facts-line">
              <div>
                <dt>{words.version}</dt>
                <dd>
                  <Version of={data.digest} />
                </dd>
              </div>
              <div>
                <dt>{words.overlays}</dt>
                <dd>
                  {data.overlays.length === 0
                    ? words.noOverlays
                    : data.overlays.map((o) => (
                        <span key={o.id}>
                          {o.name}（{o.valid}，{words.changesOf(o.patches)}） <Confidence of={o.confidence} />
                        </span>
                      ))}
                </dd>
              </div>
            </dl>
            {lines(data.processes).map(([line, processes]) => (
              <section key={line} className="block">
                <h2>{line}</h2>
                <Table processes={processes} line={line} />
              </section>
            ))}
          </>
        )}
      </Read>
    </div>
  );
}

/** Processes of one agency stand under it, those of several together. */
function lines(processes: LibraryProcess[]): [string, LibraryProcess[]][] {
  const by = new Map<string, LibraryProcess[]>();
  for (const p of processes) {
    const line = p.agency_names.length === 1 ? (p.agency_names[0] ?? '') : words.many;
    by.set(line, [...(by.get(line) ?? []), p]);
  }
  return [...by].toSorted(([a], [b]) => Number(a === words.many) - Number(b === words.many));
}

function Table({ processes, line }: { processes: LibraryProcess[]; line: string }) {
  const c = words.columns;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={line}>
      <table className="list processes">
        <thead>
          <tr>
            <th>{c.process}</th>
            <th>{c.check}</th>
            <th>{c.open}</th>
            <th>{c.changed}</th>
          </tr>
        </thead>
        <tbody>
          {processes.map((p) => (
            <tr key={p.id}>
              <th scope="row">
                <Link to={`/library/${p.id}`}>{p.name}</Link> <code className="soft">{p.id}</code>
                {!p.in_force && <span className="tag">{words.notInForce}</span>}
                {p.agency_names.length > 1 && <div className="soft">{p.agency_names.join('、')}</div>}
              </th>
              <td>
                <span className="tag tag-good">✓ {words.checked}</span>{' '}
                <span className="soft num">{words.checkedCounts(p.check.states, p.check.actions, p.check.deadlines, p.check.requirements)}</span>
              </td>
              <td>
                {p.check.unverified > 0 && <span className="tag tag-soon">{words.unverifiedCount(p.check.unverified)}</span>}
                {p.check.excerpt > 0 && <span className="tag tag-soon">{words.excerptCount(p.check.excerpt)}</span>}
                {p.check.unverified + p.check.excerpt === 0 && <span className="soft">{words.allChecked}</span>}
              </td>
              <td>{p.changes > 0 ? <Link to={`/library/${p.id}#changes`}>{words.changesOf(p.changes)}</Link> : <span className="soft">—</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
