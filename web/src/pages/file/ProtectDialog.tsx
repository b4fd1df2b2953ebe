/** One act on the circle of those who may see the case: what it needs, why, and on which basis. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal, Select } from 'antd';
import { useId, useState } from 'react';
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useCandidates, useUnits } from '../../api/queries';
import type { CaseFile, Change } from '../../api/types';
import { Basis } from '../../parts/Basis';
import { Labelled } from '../../parts/form/Field';
import { GRADES } from '../../parts/grades';
import { useKept } from '../../parts/kept';
import { Moment } from '../../parts/Moment';
import { Refusal } from '../../parts/Refusal';
import { file as all } from '../../text/file';

const words = all.protect;
/** How long somebody may read, unless another end is given. */
const WEEK = 7 * 86_400_000;

interface Draft {
  reason: string;
  grade: number;
  unit: string;
  user?: string;
  to?: string;
}

interface Props {
  file: CaseFile;
  protection: NonNullable<CaseFile['protection']>;
  change: Change;
  now: string | undefined;
  close: () => void;
}

export function ProtectDialog({ file, protection, change, now, close }: Props) {
  const { message } = App.useApp();
  const client = useQueryClient();
  const id = useId();
  const { value, set, clear } = useKept<Draft>(`protect.${file.row.id}.${change.change}`, { reason: '', grade: file.row.grade, unit: file.row.unit });
  const { reason, grade, unit, user } = value;
  const to = value.to ?? (now ? new Date(new Date(now).getTime() + WEEK).toISOString() : undefined);
  const [tried, setTried] = useState(false);
  const asks = {
    grade: change.change === 'grade',
    someone: change.change === 'grant' || change.change === 'bar',
    until: change.change === 'grant',
    granted: change.change === 'revoke',
  };
  const units = useUnits(asks.someone);
  const people = useCandidates(file.row.id, asks.someone ? unit : undefined);
  const send = useMutation({
    mutationFn: () =>
      take(
        api.POST('/api/files/{file}/protections', {
          params: { path: { file: file.row.id }, header: { 'If-Match': `"v${file.row.version}"` } },
          body: {
            what: {
              change: change.change,
              ...(asks.grade && { grade }),
              ...((asks.someone || asks.granted) && { user }),
              ...(asks.until && { to }),
            },
            reason,
          },
        }),
      ),
    onSuccess: () => {
      clear();
      void message.success(words.done(change.name));
      for (const k of ['file', 'files']) void client.invalidateQueries({ queryKey: [k] });
      close();
    },
    // Somebody was faster: what is shown is read again, what was typed stays.
    onError: (e) => problemOf(e).status === 412 && void client.invalidateQueries({ queryKey: ['file'] }),
  });
  const problem = send.error ? problemOf(send.error) : undefined;
  const at = (place: string) => problem?.reasons.filter((r) => r.place === place);
  const wanted = (place: string, missing: boolean, text: string) => (tried && missing ? [{ text, basis: [] }] : at(place));
  const missing = { reason: reason.trim() === '', user: (asks.someone || asks.granted) && !user, to: asks.until && !to };
  const press = () => {
    setTried(true);
    if (!missing.reason && !missing.user && !missing.to) send.mutate();
  };
  const placed = ['reason', 'user', 'to', 'grade'];
  const rest = problem?.reasons.filter((r) => !r.place || !placed.includes(r.place)) ?? [];
  return (
    <Modal open title={change.name} okText={change.name} onOk={press} confirmLoading={send.isPending} onCancel={close}>
      <div className="form">
        {problem && (rest.length > 0 || problem.reasons.length === 0) && <Refusal problem={problem} reasons={rest} />}
        {change.when && <p className="soft">{words.when(change.when)}</p>}
        {change.change === 'bar' && <p className="soft">{words.barConfirm}</p>}
        {asks.grade && (
          <Labelled id={`${id}g`} name={words.grade} faults={at('grade')}>
            <Select id={`${id}g`} value={grade} onChange={(v: number) => set({ grade: v })} options={GRADES} />
          </Labelled>
        )}
        {asks.someone && (
          <>
            <Labelled id={`${id}u`} name={words.unit}>
              <Select
                id={`${id}u`}
                showSearch={{ optionFilterProp: 'label' }}
                value={unit}
                onChange={(v: string) => set({ unit: v, user: undefined })}
                options={(units.data ?? []).map((u) => ({ value: u.id, label: u.name }))}
              />
            </Labelled>
            <Labelled id={`${id}p`} name={words.user} faults={wanted('user', missing.user, words.needUser)}>
              <Select
                id={`${id}p`}
                showSearch={{ optionFilterProp: 'label' }}
                value={user}
                onChange={(v: string) => set({ user: v })}
                loading={people.isFetching}
                options={(people.data ?? []).map((p) => ({ value: p.id, label: [p.name, p.roles.join('、')].filter(Boolean).join('　') }))}
              />
            </Labelled>
          </>
        )}
        {asks.granted && (
          <Labelled id={`${id}p`} name={words.user} faults={wanted('user', missing.user, words.needUser)}>
            <Select id={`${id}p`} value={user} onChange={(v: string) => set({ user: v })} options={protection.grants.filter((g) => g.in_force).map((g) => ({ value: g.user, label: g.name }))} />
          </Labelled>
        )}
        {asks.until && (
          <Labelled id={`${id}t`} name={change.longest ? `${words.until}（${words.longest(change.longest)}）` : words.until} faults={wanted('to', missing.to, words.needTo)}>
            <Moment id={`${id}t`} value={to} onChange={(v) => set({ to: v })} />
          </Labelled>
        )}
        <Labelled id={`${id}r`} name={words.reason} faults={wanted('reason', missing.reason, words.needReason)}>
          <Input.TextArea id={`${id}r`} value={reason} onChange={(e) => set({ reason: e.target.value })} />
        </Labelled>
        <Basis of={change.basis} />
      </div>
    </Modal>
  );
}
