/** What must be so before an act, with the two examples on which it is tried. */
import type { ProcessPage } from '../../api/types';
import { Severity } from '../../parts/Findings';
import { library as words } from '../../text/library';
import { Rule } from './parts';

export function RequirementRules({ page: p }: { page: ProcessPage }) {
  const act = (id: string) => p.actions.find((a) => a.id === id)?.name ?? id;
  return p.requirements.map((r) => (
    <Rule
      key={r.id}
      id={`req-${r.id}`}
      title={r.need}
      tags={<Severity of={r.severity} />}
      code={r.id}
      lines={[
        [
          words.at,
          <span key="at" className="refs">
            {r.at.map((a) => (
              <a key={a} href={`#act-${a}`}>
                {act(a)}
              </a>
            ))}
          </span>,
        ],
        [words.each, r.each],
        [words.when, r.when],
        [words.remedy, r.remedy],
        [words.code, r.code],
      ]}
      basis={r.basis}
      confidence={r.confidence}
    >
      <details>
        <summary>{words.examples}</summary>
        <Example name={words.pass} tone="tag tag-good" lines={r.pass} />
        <Example name={words.fail} tone="tag" lines={r.fail} />
      </details>
    </Rule>
  ));
}

function Example({ name, tone, lines }: { name: string; tone: string; lines: string[] }) {
  return (
    <p className="example">
      <span className={tone}>{name}</span> {lines.length > 0 ? lines.join('；') : <span className="soft">{words.nothingKnown}</span>}
    </p>
  );
}
