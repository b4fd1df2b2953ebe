/** To whom a case is given: in turn, at random, or named with a reason; each with the cases in hand. */
import { Radio, Select } from 'antd';
import { useId } from 'react';
import type { Reason } from '../../api/problem';
import { useRoster } from '../../api/queries';
import type { ActForm } from '../../api/types';
import { act as words } from '../../text/act';
import { useUser } from '../session';
import { dateOf } from '../time';
import { Read } from '../States';
import type { Change, Draft } from './draft';
import { Labelled } from './Field';

interface Props {
  assign: NonNullable<ActForm['assign']>;
  draft: Draft;
  change: (c: Change) => void;
  faults: Reason[] | undefined;
}

export function Assign({ assign, draft, change, faults }: Props) {
  const id = useId();
  const roster = useRoster(useUser().unit, assign.role);
  const how = draft.how ?? 'turn';
  const cases = (user: unknown) => roster.data?.find((c) => c.user === user)?.cases ?? 0;
  return (
    <section>
      <h3>
        {words.assign}
        <span className="soft">{words.to(assign.role_name)}</span>
      </h3>
      <div className="grid">
        <Labelled id={`${id}h`} name={words.assign} faults={faults}>
          <Radio.Group
            id={`${id}h`}
            optionType="button"
            value={how}
            onChange={(e: { target: { value?: Draft['how'] } }) => change({ to: 'rest', change: { how: e.target.value } })}
            options={[
              { value: 'turn', label: words.turn },
              { value: 'random', label: words.random },
              { value: 'manual', label: words.manual },
            ]}
          />
        </Labelled>
        {how === 'manual' && (
          <Labelled id={`${id}u`} name={words.whom}>
            <Select
              id={`${id}u`}
              value={draft.user}
              onChange={(user: string) => change({ to: 'rest', change: { user } })}
              options={(roster.data ?? []).map((c) => ({ value: c.user, label: c.name }))}
              optionRender={(o) => (
                <>
                  <span>{o.label}</span> <span className="soft num">{words.inHand(cases(o.value))}</span>
                </>
              )}
              showSearch
              optionFilterProp="label"
            />
          </Labelled>
        )}
      </div>
      <Read of={roster} rows={2}>
        {(all) =>
          all.length === 0 ? (
            <p className="soft">{words.nobody(assign.role_name)}</p>
          ) : (
            <table className="list loads">
              <thead>
                <tr>
                  <th>{words.candidate}</th>
                  <th className="right">{words.cases}</th>
                  <th>{words.last}</th>
                </tr>
              </thead>
              <tbody>
                {all.map((c, i) => (
                  <tr key={c.user}>
                    <th scope="row">
                      {c.name}
                      {((how === 'turn' && i === 0) || (how === 'manual' && c.user === draft.user)) && (
                        <span className="tag tag-act">{how === 'turn' ? words.nextInTurn : words.manual}</span>
                      )}
                    </th>
                    <td className="num right">{c.cases}</td>
                    <td className="num">{c.last_at ? dateOf(c.last_at) : words.neverGiven}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Read>
    </section>
  );
}
