/** Requirements that are not met: what, about whom, on which basis. What belongs to one requirement stands together. */
import { Fragment, type ReactNode } from 'react';
import type { Finding, Names } from '../api/types';
import { common } from '../text/common';
import { Basis } from './Basis';
import { Code } from './Refusal';

const TONES: Record<string, string> = { block: 'tag tag-danger', warn: 'tag tag-soon', remind: 'tag' };

/** How strong a requirement is: one word and one colour wherever it stands. */
export function Severity({ of }: { of: string }) {
  return <span className={TONES[of] ?? 'tag'}>{common.severity[of] ?? of}</span>;
}

/** How many requirements are not met: those that stop, and those to be looked at. */
export function counted(findings: Finding[]): { bad: number; warn: number } {
  const of = (severity: string) => new Set(findings.filter((f) => f.severity === severity).map((f) => f.requirement)).size;
  return { bad: of('block'), warn: of('warn') };
}

function grouped(findings: Finding[]): [Finding, ...Finding[]][] {
  const by = new Map<string, [Finding, ...Finding[]]>();
  for (const f of findings) {
    const known = by.get(f.requirement);
    if (known) known.push(f);
    else by.set(f.requirement, [f]);
  }
  return [...by.values()];
}

interface Props {
  of: Finding[];
  names?: Names;
  /** Of an act that nobody has begun: nothing has failed yet. */
  lacking?: boolean;
  /** What helps against a finding. */
  remedy?: (f: Finding) => ReactNode;
}

export function Findings({ of, names, lacking = false, remedy }: Props) {
  const several = names && Object.keys(names.subjects).length > 1;
  return (
    <ul className="checks">
      {grouped(of).map(([first, ...more]) => (
        <li key={first.requirement}>
          {lacking ? <span className="tag">{common.lacking}</span> : <Severity of={first.severity} />} {first.code && <Code of={first.code} />}{' '}
          {[first, ...more].map((f, i) => (
            <Fragment key={`${f.subject ?? ''}${f.place ?? ''}${i}`}>
              {i > 0 && <br />}
              {several && f.subject && <b>{names.subjects[f.subject]}　</b>}
              {f.text} {remedy?.(f)}{' '}
            </Fragment>
          ))}
          <Basis of={[...new Set([first, ...more].flatMap((f) => f.basis))]} />
        </li>
      ))}
    </ul>
  );
}
