/** The chain of approval: who has agreed, whose turn it is, who follows; with the people who hold the roles. */
import { useMembers } from '../../api/queries';
import type { CaseFile, Proposal } from '../../api/types';
import { momentOf } from '../../parts/time';
import { approve as words } from '../../text/approve';

export function Chain({ file, proposal: p }: { file: CaseFile; proposal: Proposal }) {
  const { names } = file;
  const members = useMembers(file.row.unit);
  const agreed = p.opinions.filter((o) => o.agrees).length;
  return (
    <ol className="chain" aria-label={words.chain}>
      <li>
        <span className="tag">{words.proposed}</span> {names.users[p.by] ?? p.by} <span className="soft">{names.roles[p.role] ?? p.role}</span>{' '}
        <span className="soft num">{momentOf(p.at)}</span>
      </li>
      {p.chain.map((step, i) => {
        const o = p.opinions[i];
        const turn = p.open && i === agreed;
        // The people are known to those of the unit; others see the roles.
        const who = (members.data ?? []).filter((m) => m.active && m.roles.some((r) => step.includes(r)) && m.id !== p.by).map((m) => m.name);
        return (
          <li key={step.join()} aria-current={turn ? 'step' : undefined}>
            {o ? (
              <>
                <span className={o.agrees ? 'tag tag-good' : 'tag tag-danger'}>
                  <span aria-hidden>{o.agrees ? '✓ ' : '✕ '}</span>
                  {o.agrees ? words.agreed : o.refuses ? words.refused : words.sentBack}
                </span>{' '}
                {names.users[o.by] ?? o.by} <span className="soft">{names.roles[o.role] ?? o.role}</span>{' '}
                {o.acting_for && <span className="tag">{words.lentBy(names.users[o.acting_for] ?? o.acting_for)}</span>} <span className="soft num">{momentOf(o.at)}</span>
                <p className="song">{o.text}</p>
              </>
            ) : (
              <>
                <span className={turn ? 'tag tag-act' : 'tag'}>{turn ? words.waiting : p.open ? words.later : words.notReached}</span>{' '}
                {step.map((r) => names.roles[r] ?? r).join('、')}
                {who.length > 0 && <span className="soft">（{who.join('、')}）</span>}
              </>
            )}
          </li>
        );
      })}
    </ol>
  );
}
