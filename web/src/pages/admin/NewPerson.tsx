import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useId } from 'react';
import { api, take } from '../../api/client';
import type { Unit } from '../../api/types';
import { faultsOf, forget } from '../../parts/faults';
import { Labelled } from '../../parts/form/Field';
import { GRADES } from '../../parts/grades';
import { useKept } from '../../parts/kept';
import { Refusal } from '../../parts/Refusal';
import { admin as words } from '../../text/admin';
import { Temporary } from './Temporary';

export function NewPerson({ unit, done }: { unit: Unit; done: (id: string) => void }) {
  const id = useId();
  const client = useQueryClient();
  const { value: d, set, clear } = useKept(`person.${unit.id}`, { login: '', name: '', clearance: 0 });
  const add = useMutation({
    mutationFn: () => take(api.POST('/api/units/{unit}/users', { params: { path: { unit: unit.id } }, body: d })),
    onSuccess: () => {
      clear();
      void client.invalidateQueries({ queryKey: ['members', unit.id] });
    },
  });
  const put = (change: Partial<typeof d>) => {
    forget(add);
    set(change);
  };
  const told = faultsOf(add.error, ['login', 'name', 'clearance']);
  if (add.data) {
    const { member, temporary } = add.data;
    return (
      <div className="form">
        <Temporary of={temporary} name={member.name} />
        <div className="foot">
          <Button type="primary" onClick={() => done(member.id)}>
            {words.giveRoles}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form
      className="form"
      onSubmit={(e) => {
        e.preventDefault();
        add.mutate();
      }}
    >
      {told.rest && <Refusal problem={told.rest} />}
      <Labelled id={`${id}n`} name={words.name} faults={told.at('name')}>
        <Input id={`${id}n`} value={d.name} onChange={(e) => put({ name: e.target.value })} autoComplete="off" />
      </Labelled>
      <Labelled id={`${id}l`} name={words.login} faults={told.at('login')}>
        <Input id={`${id}l`} value={d.login} onChange={(e) => put({ login: e.target.value })} autoComplete="off" />
        <small className="soft">{words.loginHint}</small>
      </Labelled>
      <Labelled id={`${id}c`} name={words.clearance} faults={told.at('clearance')}>
        <Select id={`${id}c`} value={d.clearance} onChange={(clearance: number) => put({ clearance })} options={GRADES} />
      </Labelled>
      <div className="foot">
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {words.create}
        </Button>
      </div>
    </form>
  );
}
