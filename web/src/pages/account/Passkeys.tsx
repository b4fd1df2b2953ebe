/** Passkeys in place of the password: add, list, remove. */
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { api, take } from '../../api/client';
import { create, usePasskeyPlace } from '../../api/passkey';
import { usePasskeys } from '../../api/queries';
import { Read } from '../../parts/States';
import { dateOf, momentOf } from '../../parts/time';
import { account as words } from '../../text/admin';
import { Adding } from './Adding';
import { Owned } from './Owned';

export function Passkeys() {
  const list = usePasskeys();
  const place = usePasskeyPlace();
  const client = useQueryClient();
  const { message } = App.useApp();
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
              here={p.here}
              terms={words.used(dateOf(p.since), p.used_at ? momentOf(p.used_at) : undefined)}
              remove={(password) => take(api.POST('/api/session/passkeys/{passkey}/removal', { params: { path: { passkey: p.id } }, body: { password } }))}
              removed={again}
            />
          ))}
          {place.state === 'here' && (
            <Adding
              called={words.passkeyName}
              label={words.addPasskey}
              add={add}
              added={() => {
                void message.success(words.passkeyAdded);
                again();
              }}
            />
          )}
          {place.state === 'elsewhere' && <p>{words.passkeysElsewhere(place.origin)}</p>}
          {place.state === 'off' && <p>{words.passkeysOff}</p>}
          {place.state === 'old' && <p>{words.passkeysOld}</p>}
        </div>
      )}
    </Read>
  );
}

async function add(body: { name: string; password: string }) {
  const challenge = await take(api.POST('/api/session/passkeys/challenge', { body }));
  const credential = await create(challenge.options);
  return take(api.POST('/api/session/passkeys', { body: { challenge: challenge.id, credential } }));
}
