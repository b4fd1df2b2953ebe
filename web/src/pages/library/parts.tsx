/** What the pages of the library share: how sure something is, and a rule with its lines. */
import { Typography } from 'antd';
import type { ReactNode } from 'react';
import type { ProcessPage } from '../../api/types';
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

/** A version by the first digits of its digest; all of it is copied. */
export function Version({ of }: { of: string }) {
  return (
    <Typography.Text code copyable={{ text: of }} title={of}>
      {of.slice(0, 12)}
    </Typography.Text>
  );
}

/** A statute's name that stands alone: what it names within has the outer brackets. */
export const alone = (statute: string) => statute.replaceAll('〈', '《').replaceAll('〉', '》');

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

/** Requirements of a process by their numbers, each with what it asks for. */
export function Needs({ of, page }: { of: string[]; page: ProcessPage }) {
  return (
    <Items
      of={of.map((r) => (
        <span key={r} className="needs">
          <a href={`#req-${r}`}>{r}</a> {page.requirements.find((x) => x.id === r)?.need}
        </span>
      ))}
    />
  );
}
