/** Passkeys in place of the password: add, list, remove. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useId, useState } from 'react';
import { api, take } from '../../api/client';
import { create, usePasskeyPlace } from '../../api/passkey';
import { usePasskeys } from '../../api/queries';
import { faultsOf } from '../../parts/faults';
import { Labelled } from '../../parts/form/Field';
import { Refusal } from '../../parts/Refusal';
import { Read } from '../../parts/States';
import { dateOf, momentOf } from '../../parts/time';
import { account as words } from '../../text/admin';
import { Owned } from './Owned';

export function Passkeys() {
  const list = usePasskeys();
  const place = usePasskeyPlace();
  const client = useQueryClient();
  const again = () => {
    for (const key of ['passkeys', 'sessions', 'session']) void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <Read of={list} rows={1}>
      {(all) => (
        <div className="form pad">
          <p className="soft">{words.passkeysLead}</p>
          {all.map((p) => (
            <Owned
              key={p.id}
              name={p.name}
              terms={words.used(dateOf(p.since), p.used_at ? momentOf(p.used_at) : undefined)}
              remove={(password) => take(api.POST('/api/session/passkeys/{passkey}/removal', { params: { path: { passkey: p.id } }, body: { password } }))}
              removed={again}
            />
          ))}
          {place.state === 'here' && <Add added={again} />}
          {place.state === 'elsewhere' && <p>{words.passkeysElsewhere(place.origin)}</p>}
          {place.state === 'off' && <p>{words.passkeysOff}</p>}
          {place.state === 'old' && <p>{words.passkeysOld}</p>}
        </div>
      )}
    </Read>
  );
}

function Add({ added }: { added: () => void }) {
  const id = useId();
  const { message } = App.useApp();
  const [name, setName] = useState<string>(words.passkeyName);
  const [password, setPassword] = useState('');
  const add = useMutation({
    mutationFn: async () => {
      const challenge = await take(api.POST('/api/session/passkeys/challenge', { body: { name, password } }));
      const credential = await create(challenge.options);
      return take(api.POST('/api/session/passkeys', { body: { challenge: challenge.id, credential } }));
    },
    onSuccess: () => {
      setPassword('');
      void message.success(words.passkeyAdded);
      added();
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
        <Button htmlType="submit" loading={add.isPending} disabled={!password}>
          {words.addPasskey}
        </Button>
      </div>
    </form>
  );
}
