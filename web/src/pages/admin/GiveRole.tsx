import { useMutation } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useId } from 'react';
import { api, take } from '../../api/client';
import { useLibrary } from '../../api/queries';
import type { Member, Unit } from '../../api/types';
import { faultsOf, forget } from '../../parts/faults';
import { Labelled } from '../../parts/form/Field';
import { useKept } from '../../parts/kept';
import { Moment } from '../../parts/Moment';
import { Refusal } from '../../parts/Refusal';
import { admin as words } from '../../text/admin';

interface Draft {
  role?: string;
  from?: string;
  to?: string;
}

export function GiveRole({ person, unit, done }: { person: Member; unit: Unit; done: (text: string) => void }) {
  const id = useId();
  const library = useLibrary().data;
  const { value: d, set, clear } = useKept<Draft>(`role.${person.id}`, {});
  const name = (r: string) => library?.roles[r]?.name ?? r;
  const give = useMutation({
    mutationFn: () =>
      take(api.POST('/api/users/{user}/roles', { params: { path: { user: person.id } }, body: { role: d.role ?? '', from: d.from ?? null, to: d.to ?? null } })),
    onSuccess: () => {
      done(words.given(name(d.role ?? '')));
      clear();
    },
  });
  const put = (change: Partial<Draft>) => {
    forget(give);
    set(change);
  };
  const told = faultsOf(give.error, ['role', 'from', 'to']);
  const held = new Set(person.roles);
  const options = Object.entries(library?.roles ?? {})
    .filter(([role, r]) => (r.agency.length === 0 || r.agency.includes(unit.agency)) && !held.has(role))
    .map(([value, r]) => ({ value, label: r.name }));
  return (
    <form
      className="form"
      onSubmit={(e) => {
        e.preventDefault();
        give.mutate();
      }}
    >
      {told.rest && <Refusal problem={told.rest} />}
      <div className="grid">
        <Labelled id={`${id}r`} name={words.role} faults={told.at('role')}>
          <Select id={`${id}r`} value={d.role} onChange={(role: string) => put({ role })} options={options} showSearch optionFilterProp="label" />
        </Labelled>
        <Labelled id={`${id}f`} name={`${words.from}（${words.fromHint}）`} faults={told.at('from')}>
          <Moment id={`${id}f`} value={d.from} onChange={(from) => put({ from })} />
        </Labelled>
        <Labelled id={`${id}t`} name={`${words.to}（${words.toHint}）`} faults={told.at('to')}>
          <Moment id={`${id}t`} value={d.to} onChange={(to) => put({ to })} />
        </Labelled>
      </div>
      <div className="foot">
        <Button htmlType="submit" loading={give.isPending}>
          {words.give}
        </Button>
      </div>
    </form>
  );
}
