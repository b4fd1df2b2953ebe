/** Delegating one's cases, and roles that the library lets be lent. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input, Select } from 'antd';
import { useId, useState } from 'react';
import { api, take } from '../../api/client';
import { useLibrary, useMembers } from '../../api/queries';
import { faultsOf } from '../../parts/faults';
import { Labelled } from '../../parts/form/Field';
import { useKept } from '../../parts/kept';
import { Moment } from '../../parts/Moment';
import { Refusal } from '../../parts/Refusal';
import { useUser } from '../../parts/session';
import { delegation as words } from '../../text/admin';

interface Draft {
  to_user?: string;
  from?: string;
  to?: string;
  basis: string;
  roles: string[];
}

export function Delegate() {
  const id = useId();
  const user = useUser();
  const client = useQueryClient();
  const { message } = App.useApp();
  const members = useMembers(user.unit);
  const library = useLibrary().data;
  const { value: d, set, clear } = useKept<Draft>('delegate', { basis: '', roles: [] });
  const lent = new Set(user.lent.map((l) => l.role));
  // What was lent to oneself is not one's own to lend.
  const own = user.roles.filter((r) => !lent.has(r) && (library?.roles[r]?.lends_to.length ?? 0) > 0);
  const give = useMutation({
    mutationFn: () => take(api.POST('/api/delegations', { body: { to_user: d.to_user ?? '', from: d.from ?? '', to: d.to ?? '', basis: d.basis, roles: d.roles } })),
    onSuccess: () => {
      clear();
      setTried(false);
      void message.success(words.done);
      void client.invalidateQueries({ queryKey: ['delegations'] });
    },
  });
  const told = faultsOf(give.error, ['to_user', 'from', 'to', 'basis', 'roles']);
  const [tried, setTried] = useState(false);
  // Without these there is nothing that could be asked.
  const needed = (field: 'to_user' | 'from' | 'to') => (tried && !d[field] ? [{ text: words.needed[field], basis: [] }] : told.at(field));
  const name = (r: string) => library?.roles[r]?.name ?? r;
  return (
    <form
      className="form pad"
      onSubmit={(e) => {
        e.preventDefault();
        setTried(true);
        if (d.to_user && d.from && d.to) give.mutate();
      }}
    >
      <h3>{words.add}</h3>
      <p className="soft">{words.lead}</p>
      {told.rest && <Refusal problem={told.rest} />}
      <div className="grid">
        <Labelled id={`${id}u`} name={words.toUser} faults={needed('to_user')}>
          <Select
            id={`${id}u`}
            value={d.to_user}
            onChange={(to_user: string) => set({ to_user })}
            options={(members.data ?? []).filter((m) => m.active && m.id !== user.id).map((m) => ({ value: m.id, label: `${m.name}　${m.roles.map(name).join('、')}` }))}
            showSearch
            optionFilterProp="label"
          />
        </Labelled>
        <Labelled id={`${id}f`} name={words.from} faults={needed('from')}>
          <Moment id={`${id}f`} value={d.from} onChange={(from) => set({ from })} />
        </Labelled>
        <Labelled id={`${id}t`} name={words.to} faults={needed('to')}>
          <Moment id={`${id}t`} value={d.to} onChange={(to) => set({ to })} />
        </Labelled>
        <Labelled id={`${id}b`} name={words.basis} faults={told.at('basis')} wide>
          <Input id={`${id}b`} value={d.basis} onChange={(e) => set({ basis: e.target.value })} maxLength={500} />
        </Labelled>
        <Labelled id={`${id}r`} name={words.lent} faults={told.at('roles')} wide>
          {own.length === 0 ? (
            <p id={`${id}r`} className="soft">
              {words.noneLent}
            </p>
          ) : (
            <Checkbox.Group
              value={d.roles}
              onChange={(roles) => set({ roles })}
              options={own.map((r) => ({ value: r, label: `${name(r)}（${words.lendsTo((library?.roles[r]?.lends_to ?? []).map(name).join('、'))}）` }))}
            />
          )}
        </Labelled>
      </div>
      <div className="foot">
        <Button type="primary" htmlType="submit" loading={give.isPending}>
          {words.give}
        </Button>
      </div>
    </form>
  );
}
