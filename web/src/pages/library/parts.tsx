/** What the pages of the library share: how sure something is, and a rule with its lines. */
import type { ReactNode } from 'react';
import { Basis } from '../../parts/Basis';
import { library as words } from '../../text/library';

export function Confidence({ of }: { of: string }) {
  const name = words.confidence[of];
  if (!name) return null;
  return (
    <span className="tag tag-soon" title={words.confidenceMeans[of]}>
      {name}
    </span>
  );
}

type Line = [name: string, value: ReactNode];

interface Props {
  id: string;
  title: ReactNode;
  tags?: ReactNode;
  code?: string;
  lines: (Line | false | undefined)[];
  basis: string[];
  confidence: string;
  children?: ReactNode;
}

const filled = (line: Line | false | undefined): line is Line => {
  if (!line) return false;
  const [, value] = line;
  return value !== undefined && value !== null && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0);
};

/** One rule: its name, what it says line by line, and on which basis. */
export function Rule({ id, title, tags, code, lines, basis, confidence, children }: Props) {
  return (
    <article className="rule" id={id}>
      <h3>
        {title} {tags} <Confidence of={confidence} />
        {code && <code className="soft">{code}</code>}
      </h3>
      <dl>
        {lines.filter(filled).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {children}
      <Basis of={basis} />
    </article>
  );
}

/** Items one under the other; one alone as it is. */
export function Items({ of }: { of: ReactNode[] }) {
  if (of.length === 0) return null;
  if (of.length === 1) return of[0];
  return (
    <ul className="items">
      {of.map((x, i) => (
        <li key={i}>{x}</li>
      ))}
    </ul>
  );
}
