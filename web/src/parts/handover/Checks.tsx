/** Requirements as they were looked at: what is not met first, with what supplies it; what is met below, folded. */
import type { ReactNode } from 'react';
import type { Checked, Finding } from '../../api/types';
import { common } from '../../text/common';
import { handover as words } from '../../text/handover';
import { Basis } from '../Basis';

const TONES: Record<string, string> = { block: 'tag tag-danger', warn: 'tag tag-soon', remind: 'tag' };

/** How many are not met: those that stop, and those to be looked at. */
export function unmet(checks: Checked[]): { bad: number; warn: number } {
  const of = (severity: string) => checks.filter((c) => c.severity === severity && c.findings.length > 0).length;
  return { bad: of('block'), warn: of('warn') };
}

interface Props {
  of: Checked[];
  /** What helps against a finding. */
  remedy?: (f: Finding) => ReactNode;
}

export function Checks({ of, remedy }: Props) {
  const { bad, warn } = unmet(of);
  const open = of.filter((c) => c.findings.length > 0);
  const met = of.filter((c) => c.findings.length === 0);
  return (
    <>
      <p className={bad > 0 ? 'tag tag-danger' : warn > 0 ? 'tag tag-soon' : 'tag tag-good'}>{words.summary(of.length, bad, warn)}</p>
      {open.length > 0 && (
        <ul className="checks">
          {open.flatMap((c) =>
            c.findings.map((f, i) => (
              <li key={`${c.requirement}${i}`}>
                <span className={TONES[c.severity] ?? 'tag'}>{common.severity[c.severity] ?? c.severity}</span>{' '}
                {f.code && <code className="code">{f.code}</code>}
                {f.text} <Basis of={f.basis} /> {remedy?.(f)}
              </li>
            )),
          )}
        </ul>
      )}
      {met.length > 0 && (
        <details className="folded">
          <summary>{words.metOnes(met.length)}</summary>
          <ul className="checks">
            {met.map((c) => (
              <li key={c.requirement}>
                <span className="tag tag-good">
                  <span aria-hidden>✓ </span>
                  {words.met}
                </span>{' '}
                {c.text} <Basis of={c.basis} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
