/** Each process of the case drawn from its definition, with the way that each person went. */
import { Tabs } from 'antd';
import { Suspense, lazy } from 'react';
import { Link } from 'react-router';
import { useProcess, useTracks } from '../../api/queries';
import type { CaseFile, Instance, TrackPath } from '../../api/types';
import type { Standing } from '../../parts/diagram/Diagram';
import { Loading, Read } from '../../parts/States';
import { dateOf, momentOf } from '../../parts/time';
import { file as all } from '../../text/file';
import './case.css';

const words = all.process;
// The layout of graphs is fetched when it is looked at.
const ProcessFlow = lazy(() => import('../../parts/diagram/ProcessFlow'));

export function ProcessTab({ file }: { file: CaseFile }) {
  const tracks = useTracks(file.row.id);
  const { instances } = file.situation;
  if (instances.length === 0) return <p className="empty">{words.none}</p>;
  // What runs stands first, the newest before the older.
  const ended = (i: Instance) => file.row.tracks.filter((t) => t.instance === i.id).every((t) => t.ended);
  const sorted = instances.toReversed().toSorted((a, b) => Number(ended(a)) - Number(ended(b)));
  return (
    <Read of={tracks}>
      {(paths) =>
        sorted.length === 1 ? (
          sorted.map((i) => <One key={i.id} file={file} instance={i} paths={paths} />)
        ) : (
          <Tabs
            type="card"
            size="small"
            destroyOnHidden
            items={sorted.map((i) => ({
              key: i.id,
              label: `${file.names.processes[i.process] ?? i.process} ${dateOf(i.opened_at)}`,
              children: <One file={file} instance={i} paths={paths} />,
            }))}
          />
        )
      }
    </Read>
  );
}

function One({ file, instance: i, paths }: { file: CaseFile; instance: Instance; paths: TrackPath[] }) {
  // The case runs by the rules under which it began.
  const page = useProcess(i.process, i.library);
  const own = paths.filter((p) => p.instance === i.id);
  const name = (s: string) => file.names.subjects[s] ?? s;
  const standing = standingOf(own, name);
  return (
    <section className="block plain">
      <div className="bar pad-x process-head">
        <span>
          {file.names.processes[i.process]} <span className="soft num">{words.opened(momentOf(i.opened_at))}</span>
        </span>
        <span className="grow" />
        {page.data && !page.data.current && (
          <span className="tag" title={i.library}>
            {words.pinned}
          </span>
        )}
        <Link to={page.data && !page.data.current ? `/library/${i.process}?version=${i.library}` : `/library/${i.process}`}>{words.rules}</Link>
      </div>
      <div className="pad-x">
        <Read of={page} rows={8}>
          {(p) => (
            <Suspense fallback={<Loading rows={8} />}>
              <ProcessFlow process={p} standing={standing} />
            </Suspense>
          )}
        </Read>
        <h3 className="steps-title">{words.steps}</h3>
        {own.map((p) => (
          <p key={p.subject} className="steps">
            {own.length > 1 && <b>{name(p.subject)}　</b>}
            {p.steps.map((s, n) => (
              <span key={`${s.state}${s.since}${n}`}>
                {n > 0 && <span aria-hidden> → </span>}
                {file.names.states[`${i.process}.${s.state}`] ?? s.state} <small className="soft num">{momentOf(s.since)}</small>
              </span>
            ))}
          </p>
        ))}
      </div>
    </section>
  );
}

function standingOf(paths: TrackPath[], name: (s: string) => string): Standing {
  const present = new Map<string, string[]>();
  const passed = new Set<string>();
  const gone = new Set<string>();
  for (const p of paths) {
    p.steps.forEach((s, n) => {
      passed.add(s.state);
      const before = p.steps[n - 1];
      gone.add(`${before?.state ?? '^'}>${s.state}`);
    });
    const last = p.steps.at(-1);
    if (last) present.set(last.state, [...(present.get(last.state) ?? []), name(p.subject)]);
  }
  return { present, passed, gone };
}
