/** Signing in at the office's own identity provider: the way there, and the code that may be missing afterwards. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Divider, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api, take } from '../api/client';
import { problemOf } from '../api/problem';
import { useWays } from '../api/queries';
import { Refusal } from '../parts/Refusal';
import { frame } from '../text/frame';
import { leave, left } from './returning';

export function ByProvider() {
  const name = useWays().data?.provider;
  const begin = useMutation({
    mutationFn: () => take(api.POST('/api/session/provider', { body: { anew: left.had() } })),
    onSuccess: (b) => {
      leave();
      window.location.assign(b.address);
    },
  });
  if (!name) return null;
  return (
    <>
      <Divider plain>{frame.orBy}</Divider>
      {begin.error && <Refusal problem={problemOf(begin.error)} />}
      <Button size="large" block loading={begin.isPending || begin.isSuccess} onClick={() => begin.mutate()}>
        {frame.signInBy(name)}
      </Button>
    </>
  );
}

export function CodeAfter({ done, instead }: { done: () => void; instead: () => void }) {
  const client = useQueryClient();
  const name = useWays().data?.provider ?? '';
  const [code, setCode] = useState('');
  const enter = useMutation({
    mutationFn: () => take(api.POST('/api/session/provider/code', { body: { code } })),
    onSuccess: (s) => {
      client.setQueryData(['session'], { expires_at: s.expires_at, user: s.user });
      done();
    },
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    enter.mutate();
  };
  return (
    <form className="sign-in" onSubmit={submit}>
      <p>{frame.codeAfter(name)}</p>
      <label htmlFor="code">{frame.code}</label>
      <Input id="code" value={code} onChange={(e) => setCode(e.target.value)} autoComplete="one-time-code" inputMode="numeric" maxLength={10} size="large" autoFocus />
      <small className="soft">{frame.codeHint}</small>
      {enter.error && <Refusal problem={{ ...problemOf(enter.error), instance: '' }} />}
      <Button type="primary" htmlType="submit" size="large" block loading={enter.isPending} disabled={!code} title={code ? undefined : frame.needCode}>
        {frame.finish}
      </Button>
      <Button type="link" onClick={instead}>
        {frame.anotherWay}
      </Button>
    </form>
  );
}
