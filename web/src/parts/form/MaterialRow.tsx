/** One document of an act: its file, its own description, and its index entry. */
import { Button, Input, InputNumber, Progress, Select } from 'antd';
import { useEffect, useId, useRef, useState } from 'react';
import { Cancelled, upload } from '../../api/client';
import { type Problem, problemOf } from '../../api/problem';
import type { FieldForm, ProcessForms, Value } from '../../api/types';
import { act as words } from '../../text/act';
import { common } from '../../text/common';
import { Refusal } from '../Refusal';
import { sizeOf } from '../time';
import type { Change, DraftMaterial } from './draft';
import { Field, Labelled } from './Field';
import type { Faults } from './places';

/** Asking for the whole identity numbers. */
export interface Reveal {
  ask: () => void;
  going: boolean;
  problem: Problem | undefined;
}

interface Props {
  m: DraftMaterial;
  /** A file that was chosen with the row. */
  first: File | undefined;
  forms: ProcessForms;
  change: (c: Change) => void;
  faults: Faults;
  known: (field: string, subject?: string) => unknown;
  subjects: { id: string; name: string }[];
  today: string;
  /** Materials that a new one may correct. */
  correctable: { id: string; title: string; kind: string }[];
  /** Shows the whole identity numbers, with a record. */
  reveal?: Reveal;
  /** Takes the row away. */
  remove: () => void;
  /** Told when its file begins to go, and when it has gone. */
  busy: (id: string, going: boolean) => void;
}

const DATE = { type: 'date', order: 0, table: null, options: [], columns: [], unit: null, min: null, max: null, future: false, personal: false };

export function MaterialRow({ m, first, forms, change, faults, known, subjects, today, reveal, correctable, remove, busy }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [going, setGoing] = useState<{ sent: number; of: number }>();
  const [problem, setProblem] = useState<Problem>();
  const stop = useRef<AbortController>(null);
  const [failed, setFailed] = useState<File>();
  const set = (c: Partial<DraftMaterial>) => change({ to: 'material', id: m.id, change: c });
  const kind = m.kind ? forms.documents[m.kind] : undefined;
  const send = async (file: File) => {
    stop.current?.abort();
    const mine = new AbortController();
    stop.current = mine;
    setFailed(undefined);
    setGoing({ sent: 0, of: file.size });
    busy(m.id, true);
    setProblem(undefined);
    try {
      set({ content: await upload(file, (sent) => setGoing({ sent, of: file.size }), mine.signal), name: file.name, gone: undefined });
    } catch (e) {
      // Another file was chosen meanwhile.
      if (stop.current && stop.current !== mine) return;
      if (!(e instanceof Cancelled)) {
        setFailed(file);
        setProblem(problemOf(e));
      }
    }
    setGoing(undefined);
    busy(m.id, false);
  };
  const begun = useRef(false);
  useEffect(() => {
    if (!first || m.content || begun.current) return;
    begun.current = true;
    void send(first);
  });
  // What nobody will see is not sent to its end.
  useEffect(
    () => () => {
      begun.current = false;
      const last = stop.current;
      stop.current = null;
      last?.abort();
    },
    [],
  );
  const fault = (field: string) => faults.get(`m.${m.id}.${field}`);
  const says = (kind?.says ?? []).flatMap((name): [string, FieldForm][] => {
    const f = forms.fields[name];
    return f ? [[name, f]] : [];
  });
  const valueOf = (name: string): Value | undefined => {
    if (name in m.says) return m.says[name] ?? undefined;
    const v = known(name, m.about[0] ?? subjects[0]?.id);
    return typeof v === 'string' && v.includes('*') ? undefined : (v as Value | undefined);
  };
  // A document that must be issued corrects one of its own kind, if any.
  const older = correctable.filter((c) => !m.issued || c.kind === m.kind);
  // A picture of something is not a page to be read.
  const flaws = [...(m.content?.faults ?? []), ...(kind?.picture ? [] : (m.content?.flaws ?? []))];
  const hidden = says.some(([name]) => {
    const v = known(name, m.about[0] ?? subjects[0]?.id);
    return !(name in m.says) && typeof v === 'string' && v.includes('*');
  });
  const wrong = [...faults.keys()].some((k) => k.startsWith(`m.${m.id}.`));
  return (
    <div className={wrong ? 'paper wrong' : 'paper'}>
      <div className="top">
        <b>{m.issued && kind ? `《${kind.name}》` : (m.name ?? kind?.name)}</b>
        {kind && <span className="tag">{kind.volume}</span>}
        <span className="grow soft">
          {m.content ? `${m.issued ? `${m.name ?? ''}　` : ''}${words.pagesFound(m.content.pages, sizeOf(m.content.bytes))}` : !going && (m.gone ? <span className="bad">{words.goneOne}</span> : words.needFile)}
        </span>
        {going && (
          <>
            <span className="num soft" role="status">
              {going.sent < going.of ? words.sent(sizeOf(going.sent), sizeOf(going.of)) : words.measuring}
            </span>
            <Progress percent={going.of > 0 ? Math.floor((going.sent / going.of) * 100) : 100} size="small" aria-label={words.uploading} style={{ width: 160 }} />
          </>
        )}
        {going ? (
          <Button size="small" onClick={() => stop.current?.abort()}>
            {going.sent < going.of ? words.stopUpload : words.stopCheck}
          </Button>
        ) : (
          <Button size="small" onClick={() => input.current?.click()}>
            {m.content ? words.replace : words.choose}
          </Button>
        )}
        {!m.issued && (
          <Button size="small" onClick={remove}>
            {words.remove}
          </Button>
        )}
        <input
          ref={input}
          type="file"
          hidden
          aria-label={`${words.choose} ${kind?.name ?? ''}`}
          data-kind={m.kind}
          onChange={(e) => {
            const file = e.target.files?.[0];
            if (file) void send(file);
            e.target.value = '';
          }}
        />
      </div>
      {problem && <Refusal problem={problem} />}
      {problem && failed && (problem.status === 0 || problem.status === 401 || problem.status >= 500) && (
        <div>
          <Button size="small" onClick={() => void send(failed)}>
            {words.uploadAgain}
          </Button>
        </div>
      )}
      {fault('sm3') && <Refusal problem={{ kind: '', title: words.content, status: 0, detail: '', reasons: fault('sm3') ?? [], instance: '' }} />}
      {m.content && flaws.length > 0 && (
        <ul className="checks">
          {flaws.map((f, i) => (
            <li key={`${f.text}${i}`}>
              <span className="tag tag-soon">{words.flaws}</span> {f.text}
            </li>
          ))}
        </ul>
      )}
      <div className="grid">
        {!m.issued && (
          <Labelled id={`${id}k`} name={words.kind} faults={fault('kind')}>
            <Select
              id={`${id}k`}
              value={m.kind}
              onChange={(v: string) => set({ kind: v })}
              options={Object.entries(forms.documents).map(([value, d]) => ({ value, label: d.name }))}
              showSearch
              optionFilterProp="label"
            />
          </Labelled>
        )}
        <Labelled id={`${id}t`} name={words.titleField} faults={fault('title')}>
          <Input id={`${id}t`} value={m.title} placeholder={kind?.name} onChange={(e) => set({ title: e.target.value || undefined })} />
        </Labelled>
        {kind?.numbered && (
          <Labelled id={`${id}n`} name={words.number} faults={fault('number')}>
            <Input id={`${id}n`} value={m.number} onChange={(e) => set({ number: e.target.value || undefined })} />
          </Labelled>
        )}
        <Field
          field={{ ...DATE, id: 'date', name: words.date }}
          value={m.date ?? today}
          onChange={(v) => set({ date: typeof v === 'string' ? v : undefined })}
          faults={fault('date')}
        />
        {older.length > 0 && (
          <Labelled id={`${id}c`} name={words.corrects} faults={fault('corrects')}>
            <Select
              id={`${id}c`}
              value={m.corrects}
              onChange={(v: string | undefined) => set({ corrects: v })}
              options={older.map((c) => ({ value: c.id, label: c.title }))}
              showSearch
              optionFilterProp="label"
              allowClear
            />
          </Labelled>
        )}
        {!!m.content?.pages && (
          <div className="row pages">
            {([words.from, words.to_page] as const).map((name, i) => (
              <Labelled key={name} id={`${id}l${i}`} name={name} faults={i === 0 ? fault('listed') : undefined}>
                <InputNumber
                  id={`${id}l${i}`}
                  min={1}
                  precision={0}
                  controls={false}
                  placeholder={words.counted}
                  value={m.listed?.[i]}
                  onChange={(v) => set({ listed: i === 0 ? [v ?? undefined, m.listed?.[1]] : [m.listed?.[0], v ?? undefined] })}
                />
              </Labelled>
            ))}
          </div>
        )}
        {subjects.length > 1 && (
          <Labelled id={`${id}a`} name={words.about} faults={fault('about')}>
            <Select
              id={`${id}a`}
              mode="multiple"
              value={m.about}
              onChange={(v: string[]) => set({ about: v })}
              options={subjects.map((s) => ({ value: s.id, label: s.name }))}
              optionFilterProp="label"
            />
          </Labelled>
        )}
      </div>
      {says.length > 0 && (
        <details className="folded" open={!!fault('says') || (hidden && !!m.content)}>
          <summary>{words.says}</summary>
          {hidden && reveal && (
            <>
              <Button size="small" onClick={reveal.ask} loading={reveal.going}>
                {words.takeNumber}
              </Button>
              {reveal.problem && <Refusal problem={reveal.problem} />}
            </>
          )}
          <div className="grid">
            {says.map(([name, f]) => (
              <Field key={name} at={`says.${name}`} field={f} value={valueOf(name)} onChange={(v) => set({ says: { ...m.says, [name]: v ?? null } })} faults={fault('says')?.filter((r) => r.place?.endsWith(`.${f.id}`) ?? false)} />
            ))}
          </div>
        </details>
      )}
      {!kind && m.kind && <span className="soft">{common.none}</span>}
    </div>
  );
}
