import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input } from 'antd';
import { useId, useState } from 'react';
import { api, take } from '../api/client';
import { usePasskeys } from '../api/queries';
import { faultsOf } from './faults';
import { Labelled } from './form/Field';
import { Refusal } from './Refusal';
import { account as words } from '../text/admin';

/** The form for a new password; `old` is what the one until now is called. */
export function Password({ old: asked = words.old, done }: { old?: string; done?: () => void }) {
  const id = useId();
  const { message } = App.useApp();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [repeat, setRepeat] = useState('');
  const [differ, setDiffer] = useState(false);
  const [keep, setKeep] = useState(false);
  const passkeys = usePasskeys().data?.length ?? 0;
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => take(api.PUT('/api/session/password', { body: { old, new: fresh, keep_passkeys: keep } })),
    onSuccess: () => {
      setOld('');
      setFresh('');
      setRepeat('');
      setKeep(false);
      for (const key of ['passkeys', 'sessions']) void client.invalidateQueries({ queryKey: [key] });
      void message.success(words.changed);
      done?.();
    },
  });
  const told = faultsOf(change.error, ['old', 'new']);
  return (
    <form
      className="form pad"
      onSubmit={(e) => {
        e.preventDefault();
        setDiffer(fresh !== repeat);
        if (fresh === repeat) change.mutate();
      }}
    >
      {told.rest && <Refusal problem={told.rest} />}
      <div className="grid">
        <Labelled id={`${id}o`} name={asked} faults={told.at('old')}>
          <Input.Password id={`${id}o`} value={old} onChange={(e) => setOld(e.target.value)} autoComplete="current-password" visibilityToggle={false} />
        </Labelled>
        <Labelled id={`${id}n`} name={words.fresh} faults={told.at('new')}>
          <Input.Password id={`${id}n`} value={fresh} onChange={(e) => setFresh(e.target.value)} autoComplete="new-password" visibilityToggle={false} />
        </Labelled>
        <Labelled id={`${id}r`} name={words.repeat} faults={differ ? [{ text: words.differ, basis: [] }] : undefined}>
          <Input.Password id={`${id}r`} value={repeat} onChange={(e) => setRepeat(e.target.value)} autoComplete="new-password" visibilityToggle={false} />
        </Labelled>
      </div>
      {passkeys > 0 && (
        <Checkbox checked={keep} onChange={(e) => setKeep(e.target.checked)}>
          {words.keepPasskeys(passkeys)}
        </Checkbox>
      )}
      <div className="foot">
        <small className="soft grow">{words.hint}</small>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {words.change}
        </Button>
      </div>
    </form>
  );
}
