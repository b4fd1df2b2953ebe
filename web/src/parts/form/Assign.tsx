/** To whom a case is given: in turn, at random, or named with a reason. */
import { Radio, Select } from 'antd';
import { useId } from 'react';
import type { Reason } from '../../api/problem';
import { useMembers } from '../../api/queries';
import type { ActForm } from '../../api/types';
import { act as words } from '../../text/act';
import { useUser } from '../session';
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
  const members = useMembers(useUser().unit);
  const options = (members.data ?? []).filter((m) => m.active && m.roles.includes(assign.role)).map((m) => ({ value: m.id, label: m.name }));
  const how = draft.how ?? 'turn';
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
            <Select id={`${id}u`} value={draft.user} onChange={(user: string) => change({ to: 'rest', change: { user } })} options={options} showSearch optionFilterProp="label" />
          </Labelled>
        )}
      </div>
    </section>
  );
}
