/** The form that adds an authenticator or passkey of one's own: its name, and one's password. */
import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { faultsOf } from '../../parts/faults';
import { Labelled } from '../../parts/form/Field';
import { Refusal } from '../../parts/Refusal';
import { account as words } from '../../text/admin';

interface AddingProps<Added> {
  /** What it is called unless one says otherwise. */
  called: string;
  label: string;
  add: (body: { name: string; password: string }) => Promise<Added>;
  added: (added: Added) => void;
}

export function Adding<Added>({ called, label, add: ask, added }: AddingProps<Added>) {
  const id = useId();
  const [name, setName] = useState(called);
  const [password, setPassword] = useState('');
  const add = useMutation({
    mutationFn: () => ask({ name, password }),
    onSuccess: (answer) => {
      setPassword('');
      added(answer);
    },
  });
  const told = faultsOf(add.error, ['name', 'password']);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        add.mutate();
      }}
    >
      {told.rest && <Refusal problem={told.rest} />}
      <div className="grid">
        <Labelled id={`${id}n`} name={words.name} faults={told.at('name')}>
          <Input id={`${id}n`} value={name} onChange={(e) => setName(e.target.value)} maxLength={40} autoComplete="off" />
        </Labelled>
        <Labelled id={`${id}p`} name={words.ownPassword} faults={told.at('password')}>
          <Input.Password id={`${id}p`} value={password} onChange={(e) => setPassword(e.target.value)} autoComplete="current-password" visibilityToggle={false} />
        </Labelled>
      </div>
      <div className="foot">
        <Button htmlType="submit" loading={add.isPending} disabled={!password} title={password ? undefined : words.needPassword}>
          {label}
        </Button>
      </div>
    </form>
  );
}
