/** Units that the acting person chooses as receivers. */
import { Select } from 'antd';
import { useId } from 'react';
import type { Reason } from '../../api/problem';
import { useUnits } from '../../api/queries';
import type { ActForm } from '../../api/types';
import { act as words } from '../../text/act';
import type { Change, Draft } from './draft';
import { Labelled } from './Field';

interface Props {
  sends: ActForm['sends'];
  draft: Draft;
  change: (c: Change) => void;
  faults: Reason[] | undefined;
}

export function Receivers({ sends, draft, change, faults }: Props) {
  const id = useId();
  const agencies = new Map(sends.flatMap((s) => (s.choose ? [[s.choose, s.choose_name ?? s.choose] as const] : [])));
  const units = useUnits(agencies.size > 0);
  if (agencies.size === 0) return null;
  return (
    <section className="grid">
      {[...agencies].map(([agency, name]) => (
        <Labelled key={agency} id={id + agency} name={words.chooseUnit(name)} faults={faults}>
          <Select
            id={id + agency}
            value={draft.units[agency]}
            onChange={(unit: string) => change({ to: 'rest', change: { units: { ...draft.units, [agency]: unit } } })}
            options={(units.data ?? []).filter((u) => u.agency === agency).map((u) => ({ value: u.id, label: u.name }))}
            showSearch
            optionFilterProp="label"
          />
        </Labelled>
      ))}
    </section>
  );
}
