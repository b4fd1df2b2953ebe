import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';
import type { CaseFile, Instance, Proposal } from '../../api/types';
import { Refusal } from '../../parts/Refusal';
import { useUser } from '../../parts/session';
import { approve as words } from '../../text/approve';

export function OpinionForm({ file, instance, proposal: p }: { file: CaseFile; instance: Instance; proposal: Proposal }) {
  const id = useId();
  const user = useUser();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const kept = `xz.draft.${user.id}.${file.row.id}.${instance.id}.${p.id}.${p.opinions.length}`;
  const [text, setText] = useState(() => localStorage.getItem(kept) ?? '');
  const [empty, setEmpty] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const write = (t: string) => {
    setText(t);
    setEmpty(false);
    localStorage.setItem(kept, t);
  };
  const give = useMutation({
    mutationFn: (agrees: boolean) =>
      take(
        api.POST('/api/files/{file}/instances/{instance}/proposals/{proposal}/opinions', {
          params: { path: { file: file.row.id, instance: instance.id, proposal: p.id }, header: { 'Idempotency-Key': `${key}${agrees}`, 'If-Match': `"v${file.row.version}"` } },
          body: { agrees, text: text.trim() || words.defaultOpinion },
        }),
      ),
    onSuccess: () => {
      localStorage.removeItem(kept);
      void message.success(words.done);
      for (const k of ['file', 'todos', 'files', 'deadlines', 'returned']) void client.invalidateQueries({ queryKey: [k] });
      void navigate(`/files/${file.row.id}`);
    },
    onError: (e) => problemOf(e).kind === 'stale' && void client.invalidateQueries({ queryKey: ['file', file.row.id] }),
  });
  const step = p.chain[p.opinions.length] ?? [];
  if (!p.open) return <p className="empty">{words.closed}</p>;
  if (p.by === user.id || !step.some((r) => user.roles.includes(r))) return <p className="empty">{words.notMine}</p>;
  const sendBack = () => (text.trim() ? give.mutate(false) : setEmpty(true));
  return (
    <form
      className="opinion"
      onSubmit={(e) => {
        e.preventDefault();
        give.mutate(true);
      }}
    >
      {give.error && <Refusal problem={problemOf(give.error)} />}
      <label htmlFor={id}>{words.opinion}</label>
      <Input.TextArea id={id} value={text} placeholder={words.defaultOpinion} onChange={(e) => write(e.target.value)} status={empty ? 'error' : undefined} />
      {empty && (
        <p className="bad" role="alert">
          {words.needWords}
        </p>
      )}
      <div className="foot">
        <Button onClick={sendBack} loading={give.isPending}>
          {words.disagree}
        </Button>
        <Button type="primary" htmlType="submit" loading={give.isPending}>
          {words.agree}
        </Button>
      </div>
    </form>
  );
}
