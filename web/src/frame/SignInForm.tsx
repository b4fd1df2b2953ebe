import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, type InputRef } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { api, take } from '../api/client';
import { get, usePasskeyPlace } from '../api/passkey';
import { problemOf } from '../api/problem';
import type { Session } from '../api/types';
import { Refusal } from '../parts/Refusal';
import { frame } from '../text/frame';
import { ByProvider } from './ByProvider';

/** Signs in; with `login` given, the same person again. */
export function SignInForm({ login: fixed, done }: { login?: string; done: () => void }) {
  const client = useQueryClient();
  const [login, setLogin] = useState(fixed ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const first = useRef<InputRef>(null);
  useEffect(() => first.current?.focus(), []);
  const begun = (s: Session) => {
    // A passkey may be another person's, to whom nothing of this page belongs.
    if (fixed !== undefined && s.user.login !== fixed) return window.location.assign('/');
    client.setQueryData(['session'], { expires_at: s.expires_at, user: s.user });
    done();
  };
  const enter = useMutation({
    mutationFn: () => take(api.POST('/api/session', { body: { login, password, ...(code ? { code } : {}) } })),
    onSuccess: begun,
  });
  const place = usePasskeyPlace();
  const byPasskey = useMutation({
    mutationFn: async () => {
      const challenge = await take(api.POST('/api/session/passkey/challenge', { body: {} }));
      const credential = await get(challenge.options);
      return take(api.POST('/api/session/passkey', { body: { challenge: challenge.id, credential } }));
    },
    onSuccess: begun,
  });
  const error = enter.error ?? byPasskey.error;
  const problem = error ? problemOf(error) : undefined;
  const needed = problem?.kind === 'code-needed';
  // Once asked for, the code stays asked for until the name is another.
  const [asks, setAsks] = useState(false);
  if (needed && !asks) setAsks(true);
  const missing = !login || !password ? frame.needBoth : asks && !code ? frame.needCode : undefined;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    byPasskey.reset();
    enter.mutate();
  };
  return (
    <form className="sign-in" onSubmit={submit}>
      <label htmlFor="login">{frame.login}</label>
      <Input id="login" ref={fixed ? undefined : first} value={login} onChange={(e) => { setLogin(e.target.value); setAsks(false); setCode(''); }} autoComplete="username" readOnly={fixed !== undefined} size="large" />
      <label htmlFor="password">{frame.password}</label>
      <Input.Password id="password" ref={fixed ? first : undefined} value={password} onChange={(e) => setPassword(e.target.value)} autoComplete="current-password" size="large" visibilityToggle={false} />
      {asks && (
        <>
          <label htmlFor="code">{frame.code}</label>
          <Input id="code" value={code} onChange={(e) => setCode(e.target.value)} autoComplete="one-time-code" inputMode="numeric" maxLength={10} size="large" autoFocus />
          <small className="soft">{frame.codeHint}</small>
        </>
      )}
      {problem && !needed && <Refusal problem={{ ...problem, instance: '' }} />}
      <Button type="primary" htmlType="submit" size="large" block loading={enter.isPending} disabled={!!missing} title={missing}>
        {frame.signIn}
      </Button>
      {place.state === 'here' && (
        <Button size="large" block loading={byPasskey.isPending} onClick={() => { enter.reset(); byPasskey.mutate(); }}>
          {frame.byPasskey}
        </Button>
      )}
      {place.state === 'elsewhere' && <small className="soft">{frame.passkeyElsewhere(place.origin)}</small>}
      <ByProvider />
    </form>
  );
}
