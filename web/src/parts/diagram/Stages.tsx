/** The same as words: each state, who stands there, what can be done and where it leads. */
import type { ProcessPage } from '../../api/types';
import { flow as words } from '../../text/flow';
import type { Standing } from './Diagram';

interface Props {
  process: ProcessPage;
  standing?: Standing;
  /** Only this state. */
  only?: string;
}

export function Stages({ process: p, standing, only }: Props) {
  const name = (id: string | null | undefined) => p.states.find((s) => s.id === id)?.name ?? '';
  const shown = p.states.filter((s) => only === undefined || s.id === only);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words.stagesOf(p.name)}>
      <table className="list stages">
        <thead>
          <tr>
            <th>{words.state}</th>
            <th>{words.act}</th>
            <th>{words.by}</th>
            <th>{words.leads}</th>
          </tr>
        </thead>
        {shown.map((s) => {
          const acts = p.actions.filter((a) => a.from.includes(s.id)).toSorted((a, b) => Number(!a.to) - Number(!b.to));
          const arrivals = p.receives.filter((r) => r.from.includes(s.id) && r.to);
          const rows = [
            ...acts.map((a) => ({ key: a.id, what: a.name, by: a.by.join('、'), to: a.to ? name(a.to) : words.stays, when: a.when, main: a.main })),
            ...arrivals.map((r, i) => ({ key: `r${i}`, what: r.on, by: words.itself, to: name(r.to), when: r.when, main: false })),
          ];
          const here = standing?.present.get(s.id);
          const head = (
            <th scope="rowgroup" rowSpan={Math.max(1, rows.length)}>
              {s.name}
              {s.end && <span className="tag">{words.end}</span>}
              {here && <span className="tag tag-act">{words.here(here.join('、'))}</span>}
              {!here && standing?.passed.has(s.id) && <span className="tag">✓ {words.passed}</span>}
            </th>
          );
          return (
            <tbody key={s.id}>
              {rows.length === 0 && (
                <tr>
                  {head}
                  <td colSpan={3} className="soft">
                    {s.end ? words.over : words.nothing}
                  </td>
                </tr>
              )}
              {rows.map((r, i) => (
                <tr key={r.key}>
                  {i === 0 && head}
                  <td>
                    {r.main ? <b>{r.what}</b> : r.what}
                    {r.when && <span className="soft">　{words.when(r.when)}</span>}
                  </td>
                  <td className="soft">{r.by}</td>
                  <td>{r.to}</td>
                </tr>
              ))}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}
