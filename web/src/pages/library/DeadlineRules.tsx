/** From when, how long, what ends, lengthens and suspends it, and what follows when it is missed. */
import type { ProcessPage } from '../../api/types';
import { library as words } from '../../text/library';
import { Items, Rule } from './parts';

export function DeadlineRules({ page: p }: { page: ProcessPage }) {
  return p.deadlines.map((d) => (
    <Rule
      key={d.id}
      id={`deadline-${d.id}`}
      title={d.name}
      tags={<span className="tag">{d.clock}</span>}
      code={d.id}
      lines={[
        [words.starts, words.startsFrom(d.anchor, d.starts.join('、'))],
        [words.when, d.when],
        [
          words.length,
          <Items
            key="length"
            of={d.lengths.map((l) => (l.when ? `${l.when}：${l.length}` : d.lengths.length > 1 ? `${words.otherwise}：${l.length}` : l.length))}
          />,
        ],
        [words.custody, d.custody_when && words.custodyWhen(d.custody_when)],
        [words.extends, d.extends.length > 0 && <Items of={d.extends.map((e) => words.extended(e.on, e.by, e.times))} />],
        [words.suspends, d.suspends.join('、')],
        [words.resumes, d.resumes.join('、')],
        [words.ends, d.ends.join('、')],
        [words.warn, d.warn.length > 0 && words.warns(d.warn.join('、'), d.warns.join('、'))],
        [words.missed, d.breach ? d.missed : [words.lapse, d.missed].filter(Boolean).join('；')],
      ]}
      basis={d.basis}
      confidence={d.confidence}
    />
  ));
}
