/** Agreeing, disagreeing, or sending back for correction; the last two with words. What cannot be undone is asked first, with what goes and what follows. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useMembers } from '../../api/queries';
import type { CaseFile, Instance, ProcessForms, Proposal, Rehearsed } from '../../api/types';
import { question } from '../../parts/handover/question';
import { Refusal } from '../../parts/Refusal';
import { useUser } from '../../parts/session';
import { approve as words } from '../../text/approve';
import { last, lender, mine } from './turn';

interface Props {
  file: CaseFile;
  instance: Instance;
  proposal: Proposal;
  act: ProcessForms['acts'][string] | undefined;
  rehearsed: Rehearsed | undefined;
  /** Why it is not there: what cannot be undone is not agreed to before one has seen what it does. */
  unseen: string;
}

interface Answer {
  agrees: boolean;
  /** Disagreement ends the proposal; without it, it goes back for correction. */
  refuses: boolean;
}
const AGREES: Answer = { agrees: true, refuses: false };

export function OpinionForm({ file, instance, proposal: p, act, rehearsed, unseen }: Props) {
  const id = useId();
  const user = useUser();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const members = useMembers(user.unit);
  const kept = `xz.draft.${user.id}.${file.row.id}.${instance.id}.${p.id}.${p.opinions.length}`;
  const [text, setText] = useState(() => localStorage.getItem(kept) ?? '');
  const [wordless, setWordless] = useState<string>();
  const [key] = useState(() => crypto.randomUUID());
  const write = (t: string) => {
    setText(t);
    setWordless(undefined);
    localStorage.setItem(kept, t);
  };
  const give = useMutation({
    mutationFn: ({ agrees, refuses }: Answer) =>
      take(
        api.POST('/api/files/{file}/instances/{instance}/proposals/{proposal}/opinions', {
          params: { path: { file: file.row.id, instance: instance.id, proposal: p.id }, header: { 'Idempotency-Key': `${key}${agrees}${refuses}`, 'If-Match': `"v${file.row.version}"` } },
          body: { agrees, refuses, text: text.trim() || words.defaultOpinion },
        }),
      ),
    onSuccess: () => {
      localStorage.removeItem(kept);
      void message.success(words.done);
      for (const k of ['file', 'todos', 'files', 'deadlines', 'returned', 'handovers']) void client.invalidateQueries({ queryKey: [k] });
      void navigate(`/files/${file.row.id}`);
    },
    onError: (e) => problemOf(e).kind === 'stale' && void client.invalidateQueries({ queryKey: ['file', file.row.id] }),
  });
  if (!p.open) return <p className="soft pad-b">{words.closed}</p>;
  if (!mine(p, user)) return <p className="soft pad-b">{words.notMine}</p>;
  const final = last(p);
  const hands = final && !!act?.sends.some((s) => s.handover);
  const closes = final && !!act?.locks;
  const label = hands ? words.agreeAndSend : closes ? words.agreeAndClose : words.agree;
  const by = lender(p, user);
  const sendBack = () => (text.trim() ? give.mutate({ agrees: false, refuses: false }) : setWordless(words.needWords.sendBack));
  const disagree = () => {
    if (!text.trim()) return setWordless(words.needWords.disagree);
    modal.confirm({
      title: words.askDisagree(act?.name ?? ''),
      content: words.disagreeMeans,
      okText: words.disagree,
      cancelText: words.stay,
      onOk: () => give.mutate({ agrees: false, refuses: true }),
    });
  };
  const waits = (hands || closes) && !rehearsed;
  const agree = () => {
    if (!hands && !closes) return give.mutate(AGREES);
    if (!rehearsed) return;
    modal.confirm({
      title: `${act?.name ?? ''}？`,
      content: question(rehearsed, act?.to),
      okText: label,
      cancelText: words.stay,
      onOk: () => give.mutate(AGREES),
    });
  };
  return (
    <form
      className="opinion"
      onSubmit={(e) => {
        e.preventDefault();
        agree();
      }}
    >
      {give.error && problemOf(give.error).status !== 401 && <Refusal problem={problemOf(give.error)} />}
      {by && <p className="tag tag-act">{words.standsIn(members.data?.find((m) => m.id === by)?.name ?? by)}</p>}
      <label htmlFor={id}>{words.opinion}</label>
      <Input.TextArea id={id} value={text} placeholder={wordless ? undefined : words.unwritten} onChange={(e) => write(e.target.value)} status={wordless ? 'error' : undefined} aria-describedby={wordless ? `${id}e` : undefined} />
      {wordless && (
        <p id={`${id}e`} className="bad" role="alert">
          {wordless}
        </p>
      )}
      <div className="foot">
        <small className="soft grow" role="status">
          {waits ? unseen : words.saved}
        </small>
        <Button onClick={sendBack} loading={give.isPending}>
          {words.sendBack}
        </Button>
        <Button onClick={disagree} loading={give.isPending}>
          {words.disagree}
        </Button>
        <Button type="primary" htmlType="submit" loading={give.isPending} disabled={waits} title={waits ? unseen : undefined}>
          {label}
        </Button>
      </div>
    </form>
  );
}
