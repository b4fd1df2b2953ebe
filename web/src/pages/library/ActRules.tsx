/** Who may do what, when, with which papers and whose approval. */
import type { ProcessPage } from '../../api/types';
import { Basis } from '../../parts/Basis';
import { library as words } from '../../text/library';
import { Items, Needs, Rule } from './parts';

export function ActRules({ page: p }: { page: ProcessPage }) {
  const state = (id: string) => p.states.find((s) => s.id === id)?.name ?? id;
  const open = p.states.filter((s) => !s.end).length;
  const document = (id: string) => p.documents.find((d) => d.id === id)?.name ?? id;
  return p.actions.map((a) => (
    <Rule
      key={a.id}
      id={`act-${a.id}`}
      title={a.name}
      tags={a.main && <span className="tag tag-act">{words.main}</span>}
      lines={[
        [words.by, a.by.join('、')],
        [words.from, a.from.length === 0 ? words.opening : a.from.length === open ? words.anyState(open) : a.from.map(state).join('、')],
        [words.to, a.to ? state(a.to) : words.stays],
        [words.when, a.when],
        [words.form, a.form.join('、')],
        [words.issue, a.issue.map((d) => <a key={d} href={`#doc-${d}`}>《{document(d)}》</a>)],
        a.approve.length > 0 && [
          words.approve,
          <Items
            key="approve"
            of={a.approve.map((s, i) => (
              <span key={s.by.join()}>
                {words.step(i + 1, s.by.join('、'))}
                {s.when && words.onlyWhen(s.when)} {s.delegable && <span className="soft">{words.delegable}</span>}
                {s.delegated.map((d) => (
                  <div key={d} className="tag-act-text">
                    {d}
                  </div>
                ))}{' '}
                <Basis of={s.basis} />
              </span>
            ))}
          />,
        ],
        a.answers ? [words.answer, words.answers[a.answers]] : undefined,
        a.sends.length > 0 && [
          words.sends,
          <Items key="sends" of={a.sends.map((s) => `${words.sendTo(s.name, s.to)}${s.when ? words.onlyWhen(s.when) : ''}`)} />,
        ],
        [words.opens, a.opens.join('、')],
        [
          words.also,
          [a.whole && words.whole, a.reason && words.reason, a.words && words.writes(a.words), a.locks && words.locks].filter(Boolean).join('；'),
        ],
        a.requirements.length > 0 && [
          words.checks,
          <Needs key="requirements" of={a.requirements} page={p} />,
        ],
      ]}
      basis={a.basis}
      confidence={a.confidence}
    />
  ));
}
