/** Codes of an authenticator beside the password: set up, list, remove. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, QRCode } from 'antd';
import { useId, useState } from 'react';
import { api, take } from '../../api/client';
import { useFactors } from '../../api/queries';
import type { BegunFactor } from '../../api/types';
import { faultsOf } from '../../parts/faults';
import { Labelled } from '../../parts/form/Field';
import { Refusal } from '../../parts/Refusal';
import { Read } from '../../parts/States';
import { dateOf } from '../../parts/time';
import { sheet } from '../../theme';
import { account as words } from '../../text/admin';
import { Adding } from './Adding';
import { Owned } from './Owned';

export function Factors() {
  const list = useFactors();
  const client = useQueryClient();
  const [begun, setBegun] = useState<BegunFactor>();
  return (
    <Read of={list} rows={1}>
      {(all) => (
        <div className="form pad">
          <p className="soft">{all.length > 0 ? words.factorsOn : words.factorsOff}</p>
          {all.map((f) => (
            <Owned
              key={f.id}
              name={f.name}
              terms={words.since(dateOf(f.since))}
              remove={(password) => take(api.POST('/api/session/factors/{factor}/removal', { params: { path: { factor: f.id } }, body: { password } }))}
              removed={() => {
                for (const key of ['factors', 'sessions']) void client.invalidateQueries({ queryKey: [key] });
              }}
            />
          ))}
          {begun ? (
            <Confirm begun={begun} done={() => setBegun(undefined)} />
          ) : (
            <Adding called={words.factorName} label={words.addFactor} add={(body) => take(api.POST('/api/session/factors', { body }))} added={setBegun} />
          )}
        </div>
      )}
    </Read>
  );
}

function Confirm({ begun, done }: { begun: BegunFactor; done: () => void }) {
  const id = useId();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => take(api.PUT('/api/session/factors/{factor}', { params: { path: { factor: begun.id } }, body: { code } })),
    onSuccess: () => {
      void message.success(words.factorOn);
      void client.invalidateQueries({ queryKey: ['factors'] });
      void client.invalidateQueries({ queryKey: ['sessions'] });
      void client.invalidateQueries({ queryKey: ['session'] });
      done();
    },
  });
  const told = faultsOf(confirm.error, ['code']);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        confirm.mutate();
      }}
    >
      {told.rest && <Refusal problem={told.rest} />}
      <p>{words.scan}</p>
      <QRCode value={begun.address} bordered color={sheet.onSheet} bgColor={sheet.sheet} aria-label={words.square} />
      <p>
        {words.orType} <code className="code">{begun.secret.replace(/(.{4})/g, '$1 ').trim()}</code>
      </p>
      <Labelled id={id} name={words.codeShown} faults={told.at('code')}>
        <div className="row">
          <Input id={id} className="short" value={code} onChange={(e) => setCode(e.target.value)} autoComplete="one-time-code" inputMode="numeric" maxLength={10} />
          <Button type="primary" htmlType="submit" loading={confirm.isPending} disabled={!code} title={code ? undefined : words.needCode}>
            {words.confirmFactor}
          </Button>
          <Button onClick={done}>{words.cancel}</Button>
        </div>
      </Labelled>
    </form>
  );
}
