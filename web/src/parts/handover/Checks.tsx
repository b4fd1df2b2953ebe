/** Requirements as they were looked at: what is not met first, with what supplies it; what is met below, folded. */
import type { ReactNode } from 'react';
import type { Checked, Finding } from '../../api/types';
import { handover as words } from '../../text/handover';
import { Basis } from '../Basis';
import { Findings, counted } from '../Findings';

interface Props {
  of: Checked[];
  /** What follows where some are not met. */
  follows?: string;
  /** What helps against a finding. */
  remedy?: (f: Finding) => ReactNode;
}

export function Checks({ of, follows = '', remedy }: Props) {
  const findings = of.flatMap((c) => c.findings);
  const { bad, warn } = counted(findings);
  const met = of.filter((c) => c.findings.length === 0);
  return (
    <>
      <p className={bad > 0 ? 'tag tag-danger' : warn > 0 ? 'tag tag-soon' : 'tag tag-good'}>
        {words.summary(of.length, bad, warn)}
        {bad > 0 && follows}
      </p>
      {findings.length > 0 && <Findings of={findings} remedy={remedy} />}
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
