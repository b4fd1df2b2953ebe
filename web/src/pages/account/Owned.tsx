/** An authenticator or passkey of one's own, which is removed with the password. */
import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { faultsOf } from '../../parts/faults';
import { Labelled } from '../../parts/form/Field';
import { Refusal } from '../../parts/Refusal';
import { account as words } from '../../text/admin';

interface OwnedProps {
  name: string;
  /** Since when, and how lately used. */
  terms: string;
  /** Whether it serves at this address. */
  here?: boolean;
  remove: (password: string) => Promise<unknown>;
  removed: () => unknown;
}

export function Owned({ name, terms, here = true, remove: ask, removed }: OwnedProps) {
  const field = useId();
  const [asked, setAsked] = useState(false);
  const [password, setPassword] = useState('');
  const remove = useMutation({ mutationFn: () => ask(password), onSuccess: removed });
  const told = faultsOf(remove.error, ['password']);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        remove.mutate();
      }}
    >
      <div className="row">
        <span className={here ? 'tag tag-good' : 'tag'}>{here ? words.inUse : words.notHere}</span>
        <span className="grow">
          {name}　<span className="soft num">{terms}</span>
        </span>
        {!asked && (
          <Button onClick={() => setAsked(true)} aria-label={words.removeOne(name)}>
            {words.removeFactor}
          </Button>
        )}
      </div>
      {told.rest && <Refusal problem={told.rest} />}
      {asked && (
        <Labelled id={field} name={words.ownPassword} faults={told.at('password')}>
          <div className="row">
            <Input.Password id={field} className="short" value={password} onChange={(e) => setPassword(e.target.value)} autoComplete="current-password" visibilityToggle={false} />
            <Button danger htmlType="submit" loading={remove.isPending} disabled={!password} title={password ? undefined : words.needPassword}>
              {words.removeFactor}
            </Button>
          </div>
        </Labelled>
      )}
    </form>
  );
}
