/** The form of an act, made from its definition: fields, documents, assignment, receivers, reason. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Input, Steps } from 'antd';
import { useId, useMemo, useRef, useState } from 'react';
import type { Problem, Reason } from '../../api/problem';
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useClock, useFormsOf, useRehearsal } from '../../api/queries';
import type { Card, CaseFile, Done, Input as Sent, Offer, ProcessForms, Rehearsed } from '../../api/types';
import { act as words } from '../../text/act';
import { common } from '../../text/common';
import { handover as passing } from '../../text/handover';
import { Review } from '../handover/Review';
import { question } from '../handover/question';
import { Loading, Read } from '../States';
import { Basis } from '../Basis';
import { Refusal } from '../Refusal';
import { useUser } from '../session';
import { dateOf } from '../time';
import { useUndo, useUndoEnds } from '../undo';
import { Assign } from './Assign';
import { CardFields } from './CardFields';
import { type Draft, emptyDraft, useDraft } from './draft';
import { Labelled } from './Field';
import { Materials } from './Materials';
import { placed } from './places';
import { Receivers } from './Receivers';
import { inputOf } from './request';
import { useStillThere, useUnfinished } from './uploads';

interface Props {
  forms: ProcessForms;
  action: string;
  /** Where the draft is kept. */
  place: string;
  file?: CaseFile;
  offer?: Offer;
  /** For whom it may be done, where no offer says so. */
  eligible?: string[];
  send: (input: Sent, subjects: string[], key: string) => Promise<Done>;
  /** A dry run; with it, an act that hands over is looked at before it is done. */
  rehearse?: (input: Sent, subjects: string[]) => Promise<Rehearsed>;
  /** Told when what was filled in is looked at, and when it is filled in again. */
  looking?: (reviewing: boolean) => void;
  /** The reason as it stands before the person has written one. */
  reason?: string;
  /** The draft as it stands before the person has typed: that of a proposal which came back. */
  first?: Draft | undefined;
  done: (d: Done) => void;
  cancel?: () => void;
}

export function ActBody({ forms, action, place, file, offer, eligible: given, send, rehearse, looking, reason, first, done, cancel }: Props) {
  const act = forms.acts[action];
  const user = useUser();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const undoable = useUndo();
  useUndoEnds();
  const now = useClock().data?.now;
  const id = useId();
  const today = dateOf(now ?? new Date().toISOString());
  const { draft, restored, change, clear, again } = useDraft(`${user.id}.${place}`, () => first ?? emptyDraft(act?.issue ?? [], (!file && !!act?.subjects) || !!act?.begins, reason));
  const [reviewing, setShown] = useState(false);
  const setReviewing = (on: boolean) => {
    setShown(on);
    looking?.(on);
  };
  const uploads = useRef(new Set<string>());
  const going = () => draft.materials.filter((m) => uploads.current.has(m.id)).length;
  useUnfinished(going);
  const there = useStillThere(draft, change);
  const gone = draft.materials.filter((m) => m.gone && !m.content);
  const [failure, setFailure] = useState<{ problem: Problem; sent: string[]; draft: Draft }>();
  const situation = file?.situation;
  const newcomers = !!act?.begins;
  const eligible = useMemo(
    () => (newcomers ? [] : (offer?.subjects ?? given ?? Object.keys(situation?.subjects ?? {}))),
    [newcomers, offer, given, situation],
  );
  const chosen = act?.whole ? eligible : (draft.chosen ?? eligible).filter((s) => eligible.includes(s));

  const masked = (v: unknown) => typeof v === 'string' && v.includes('*');
  const reveal = useMutation({
    mutationFn: () => take(api.GET('/api/files/{file}', { params: { path: { file: file?.row.id ?? '' }, query: { reveal: true } } })),
  });
  const known = (name: string, subject?: string): unknown => {
    const [card, field] = name.split('.');
    if (!field) return undefined;
    if (card === 'case') return draft.case[field] ?? situation?.case[field];
    if (subject) {
      const held = situation?.subjects[subject]?.fields[field];
      return draft.subjects[subject]?.[field] ?? (masked(held) ? (reveal.data?.situation.subjects[subject]?.fields[field] ?? held) : held);
    }
    return draft.fresh[0]?.[field];
  };

  const make = () => {
    if (!act) throw new Error(action);
    const made = inputOf(draft, { act, forms, known, subjects: chosen, today, unitName: user.unit_name });
    return { ...made, subjects: act.whole || chosen.length === eligible.length ? [] : chosen };
  };
  const hands = !!rehearse && !!act?.sends.some((s) => s.handover);
  const rehearsal = useRehearsal(
    [place, draft.key, String(file?.row.version)],
    () => {
      if (!rehearse) throw new Error(action);
      const made = make();
      return rehearse(made.input, made.subjects);
    },
    hands && reviewing,
  );
  const all = useFormsOf(hands && reviewing ? (situation?.instances ?? []) : []).data;

  const submit = useMutation({
    mutationFn: async () => {
      const made = make();
      try {
        return await send(made.input, made.subjects, draft.key);
      } catch (e) {
        const problem = problemOf(e);
        // The sign-in dialog says so itself.
        setFailure(problem.status === 401 ? undefined : { problem, sent: made.sent, draft });
        // What is wrong is shown at its field.
        if (problem.status !== 401 && problem.status !== 0) setReviewing(false);
        throw e;
      }
    },
    onSuccess: (d) => {
      clear();
      setFailure(undefined);
      const text = d.proposed ? words.proposed(act?.name ?? '') : words.done(act?.name ?? '');
      void message.success(d.number ? `${text}，${words.numberGiven(d.number)}` : text, 4);
      for (const k of ['file', 'todos', 'files', 'deadlines', 'returned', 'handovers', 'roster']) void client.invalidateQueries({ queryKey: [k] });
      done(d);
    },
    onError: () => window.setTimeout(() => document.querySelector('.refusal, .field.wrong')?.scrollIntoView({ block: 'center' }), 50),
  });
  if (!act) return <p className="empty">{words.unknown}</p>;

  const card = (name: string) =>
    act.form.filter((f) => f.startsWith(`${name}.`)).flatMap((f) => (forms.fields[f] ? [forms.fields[f]] : []));
  const where = failure
    ? placed(failure.problem.reasons, failure.draft, failure.sent, chosen, act.form)
    : { faults: new Map<string, Reason[]>(), rest: [] };
  const names = file?.names;
  const nameOf = (s: string) => names?.subjects[s] ?? s;
  const subjects = chosen.map((s) => ({ id: s, name: nameOf(s) }));
  // A unit corrects what it made itself, and each material once.
  const own = new Set((situation?.volumes ?? []).filter((v) => v.producer === file?.row.unit).map((v) => v.id));
  const correctable = (situation?.materials ?? []).filter((m) => own.has(m.volume) && !m.corrected_by).map((m) => ({ id: m.id, title: m.title, kind: m.kind }));
  const handover = act.sends.some((s) => s.handover);
  const label = act.approve.length > 0 ? words.propose(act.name) : act.name;
  const busy = (material: string, going: boolean) => {
    if (going) uploads.current.add(material);
    else uploads.current.delete(material);
  };
  const press = () => {
    // A document on its way would be missing from what is sent.
    if (going() > 0) return void message.warning(words.stillUploading(going()), 4);
    if (hands && !reviewing) {
      setReviewing(true);
      return;
    }
    if (act.approve.length > 0 || (!handover && !act.locks)) return submit.mutate();
    modal.confirm({
      title: handover ? passing.ask(act.name) : act.name,
      content: rehearsal.data ? question(rehearsal.data, act.to) : [act.locks && words.confirmLock, words.irreversible].filter(Boolean).join(' '),
      okText: act.name,
      cancelText: words.stay,
      onOk: () => submit.mutate(),
    });
  };
  return (
    <form
      className="form"
      onSubmit={(e) => {
        e.preventDefault();
        press();
      }}
    >
      {hands && (
        <Steps
          size="small"
          responsive={false}
          current={reviewing ? 1 : 0}
          items={passing.steps.map((title) => ({ title }))}
        />
      )}
      {reviewing && hands ? (
        <>
          {failure && <Refusal problem={failure.problem} />}
          {rehearsal.isFetching && !rehearsal.data && <p role="status">{passing.checking}</p>}
          <Read of={rehearsal} rows={6}>
            {(r) => (file ? <Review of={r} file={file} forms={all} action={action} back={() => setReviewing(false)} /> : <Loading />)}
          </Read>
          {rehearsal.data && rehearsal.data.chain.length > 0 && <p className="soft">{passing.chain(rehearsal.data.chain.map((s) => s.join('、')).join(' → '))}</p>}
          <div className="foot">
            <small className="soft grow">{words.saved}</small>
            <Button onClick={() => setReviewing(false)}>{passing.back}</Button>
            <Button type="primary" htmlType="submit" loading={submit.isPending} disabled={rehearsal.isPending} title={rehearsal.isPending ? passing.checking : undefined}>
              {label}
            </Button>
          </div>
        </>
      ) : (
        <>
      {restored && (
        <Alert
          type="info"
          title={words.draft}
          action={
            <Button size="small" onClick={() => undoable(words.discarded, again())}>
              {words.discard}
            </Button>
          }
        />
      )}
      {gone.length > 0 && <Alert type="warning" showIcon title={words.gone(gone.map((m) => m.title ?? (m.kind && forms.documents[m.kind]?.name) ?? m.name ?? ''))} />}
      {there.error && (
        <Alert
          type="warning"
          title={words.unchecked}
          action={
            <Button size="small" onClick={() => void there.refetch()}>
              {passing.again}
            </Button>
          }
        />
      )}
      {failure && (where.rest.length > 0 || where.faults.size > 0 || failure.problem.reasons.length === 0) && (
        <Refusal
          problem={where.faults.size > 0 && where.rest.length === 0 ? { ...failure.problem, detail: words.faultsAt(where.faults.size) } : failure.problem}
          reasons={where.rest}
        />
      )}
      {!act.whole && eligible.length > 1 && (
        <section>
          <h3>{words.subjects}</h3>
          <Checkbox.Group
            value={chosen}
            onChange={(v) => change({ to: 'rest', change: { chosen: v } })}
            options={eligible.map((s) => ({ value: s, label: nameOf(s) }))}
          />
        </section>
      )}
      {draft.fresh.map((fresh, i) => (
        <CardFields
          // New subjects have no identity yet.
          key={`fresh${i}`}
          title={draft.fresh.length > 1 ? words.newSubject(i + 1, forms.subject_name) : forms.subject_name}
          fields={card(forms.subject)}
          values={fresh}
          held={{}}
          place={`fresh.${i}`}
          faults={where.faults}
          onChange={(field, value) => change({ to: 'fresh', index: i, field, value })}
          extra={
            ((file && !newcomers) || draft.fresh.length > 1) && (
              <Button
                size="small"
                onClick={() => {
                  change({ to: 'fresh-', index: i });
                  undoable(words.removed(forms.subject_name), () => change({ to: 'fresh+', back: { index: i, card: fresh } }));
                }}
              >
                {words.remove}
              </Button>
            )
          }
        />
      ))}
      {chosen.map((s) => (
        <CardFields
          key={s}
          title={nameOf(s)}
          fields={card(forms.subject)}
          values={draft.subjects[s] ?? {}}
          held={(situation?.subjects[s]?.fields ?? {}) as Card}
          place={`subjects.${s}`}
          faults={where.faults}
          onChange={(field, value) => change({ to: 'subject', subject: s, field, value })}
        />
      ))}
      {act.subjects && (
        <div>
          <Button onClick={() => change({ to: 'fresh+' })}>{words.addSubject(forms.subject_name)}</Button>
        </div>
      )}
      <CardFields
        title={words.fields}
        fields={card('case')}
        values={draft.case}
        held={(situation?.case ?? {}) as Card}
        place="case"
        faults={where.faults}
        onChange={(field, value) => change({ to: 'case', field, value })}
      />
      <Materials act={act} forms={forms} draft={draft} change={change} faults={where.faults} known={known} subjects={subjects} today={today} correctable={correctable} reveal={file && !reveal.data ? { ask: () => reveal.mutate(), going: reveal.isPending, problem: reveal.error && problemOf(reveal.error).status !== 401 ? problemOf(reveal.error) : undefined } : undefined} busy={busy} />
      {act.assign && <Assign assign={act.assign} draft={draft} change={change} faults={where.faults.get('assign')} />}
      <Receivers sends={act.sends} draft={draft} change={change} faults={where.faults.get('to_units')} />
      {(act.reason || act.words || draft.how === 'manual') && (
        <section>
          <Labelled id={`${id}r`} name={act.words ?? words.reason} faults={where.faults.get('reason')} wide>
            <Input.TextArea id={`${id}r`} value={draft.reason} onChange={(e) => change({ to: 'rest', change: { reason: e.target.value } })} />
          </Labelled>
          {reason && <small className="soft">{words.returnDraft}</small>}
        </section>
      )}
      <section className="soft">
        {act.approve.length > 0 && (
          <p>
            {words.approval}：{act.approve.map((s, i) => words.step(i + 1, s.by.join('、'), s.conditional)).join('　')}
          </p>
        )}
        {act.sends.length > 0 && (
          <p>
            {words.sends}：{act.sends.map((s) => s.name).join('、')}
          </p>
        )}
        {act.to && <p>{words.follows(act.to)}</p>}
        <Basis of={act.basis} />
      </section>
      <div className="foot">
        <small className="soft grow">{words.saved}</small>
        {cancel && <Button onClick={cancel}>{common.close}</Button>}
        <Button type="primary" htmlType="submit" loading={submit.isPending}>
          {hands ? passing.toReview : label}
        </Button>
      </div>
        </>
      )}
    </form>
  );
}
