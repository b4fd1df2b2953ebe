/** The filter bar: what is asked most stands open, every other card field is added as a condition. */
import { Button, Input, Select, TreeSelect } from 'antd';
import { useId, useState } from 'react';
import { useClock, useMembers, useTable, useUnits } from '../../api/queries';
import type { ListField, ListForms } from '../../api/types';
import { useUser } from '../../parts/session';
import { dateOf } from '../../parts/time';
import { filters as words, files } from '../../text/files';
import { FieldFilter } from './FieldFilter';
import { under } from './units';
import { changed, cleared, sayOf, testsOf, type Tests } from './query';

interface Props {
  params: URLSearchParams;
  set: (params: URLSearchParams) => void;
  forms: ListForms;
  /** Who the handler is that is asked for, as the list says. */
  handler: string | undefined;
}

const DAY = 86_400_000;

export function FilterBar({ params, set, forms, handler }: Props) {
  const user = useUser();
  // On a phone only the search stands open.
  const [open, setOpen] = useState(false);
  const units = useUnits();
  const members = useMembers(user.unit);
  const offences = useTable('offence');
  const put = (parts: Record<string, string | undefined>) => set(changed(params, parts));
  const get = (name: string) => params.get(name) ?? undefined;
  const tests = testsOf(params);
  const putTests = (next: Tests) => put({ where: Object.keys(next).length > 0 ? JSON.stringify(next) : undefined });
  const mine = <T extends { agency: string[] }>(all: T[]) => all.toSorted((a, b) => Number(b.agency.includes(user.agency)) - Number(a.agency.includes(user.agency)));
  const groups = (all: ListForms['stages']) => mine(all).map((p) => ({ label: p.name, options: p.choices }));
  const asked = get('handler');
  const named = asked !== undefined && !members.data?.some((m) => m.id === asked);
  return (
    <search className={open ? 'filters' : 'filters folded'} aria-label={words.region}>
      <div className="row">
        <Typed name="text" label={files.search} value={get('text')} put={(text) => put({ text })} wide />
        <Button className="on-phone" aria-expanded={open} onClick={() => setOpen(!open)}>
          {words.region}
        </Button>
        <Typed name="person" label={words.person} value={get('person')} put={(person) => put({ person })} />
        <Choose label={words.offence} value={get('offence')} options={offences.data?.rows ?? []} put={(offence) => put({ offence })} read={offences} />
        <Choose label={words.stage} value={get('stage')} options={groups(forms.stages)} put={(stage) => put({ stage })} />
        <DueChoice params={params} put={put} />
        <Choose label={words.deadline} value={get('deadline')} options={groups(forms.deadlines)} put={(deadline) => put({ deadline })} />
        <Choose
          label={words.handler}
          value={get('handler')}
          options={[
            ...(members.data ?? []).map((m) => ({ value: m.id, label: m.name })),
            ...(named ? [{ value: asked, label: handler ?? words.unknownHandler }] : []),
          ]}
          put={(handler) => put({ handler })}
          read={members}
        />
        <TreeSelect<string>
          className="filter"
          aria-label={words.unit}
          placeholder={words.unit}
          title={words.belowHint}
          value={get('unit')}
          onChange={(unit: string | undefined) => put({ unit })}
          treeData={under(units.data ?? [])}
          treeNodeLabelProp="chosen"
          showSearch
          treeNodeFilterProp="title"
          treeDefaultExpandedKeys={[user.unit]}
          allowClear
          popupMatchSelectWidth={false}
          {...unread(units)}
        />
        <Choose
          label={words.state}
          value={get('open')}
          options={[
            { value: 'true', label: words.states.open },
            { value: 'false', label: words.states.ended },
          ]}
          put={(open) => put({ open })}
        />
        <FieldFilter
          fields={forms.fields}
          onAdd={(key, test) => putTests({ ...tests, [key]: test })}
          onSpan={(of, from, to) => put({ [`${of}_from`]: from, [`${of}_to`]: to })}
        />
      </div>
      <Chips params={params} set={set} fields={forms.fields} tests={tests} putTests={putTests} put={put} />
    </search>
  );
}

/** A text that is asked for when it is finished: by Enter, or by leaving the field. */
function Typed({ name, label, value, put, wide }: { name: string; label: string; value: string | undefined; put: (v: string | undefined) => void; wide?: boolean }) {
  const [typed, setTyped] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value ?? '');
  }
  const done = (text: string) => {
    if (text.trim() !== (value ?? '')) put(text.trim() || undefined);
  };
  return (
    <Input
      className={wide ? 'filter wide-filter' : 'filter'}
      name={name}
      placeholder={label}
      aria-label={label}
      value={typed}
      allowClear
      onChange={(e) => {
        setTyped(e.target.value);
        if (e.target.value === '') done('');
      }}
      onPressEnter={() => done(typed)}
      onBlur={() => done(typed)}
    />
  );
}

type Options = ({ value: string; label: string } | { label: string; options: { value: string; label: string }[] })[];

interface Reading {
  data: unknown;
  error: unknown;
  refetch: () => unknown;
}

/** What a control shows whose choices were not read. */
function unread(read: Reading | undefined) {
  if (!read?.error || read.data !== undefined) return {};
  return {
    status: 'error' as const,
    notFoundContent: (
      <Button type="link" size="small" onClick={() => void read.refetch()}>
        {words.failed}
      </Button>
    ),
  };
}

interface ChooseProps {
  label: string;
  value: string | undefined;
  options: Options;
  put: (v: string | undefined) => void;
  /** Where the choices come from, if they are read by themselves. */
  read?: Reading;
}

function Choose({ label, value, options, put, read }: ChooseProps) {
  const id = useId();
  return (
    <Select
      id={id}
      className="filter"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(v: string | undefined) => put(v)}
      options={options}
      showSearch
      optionFilterProp="label"
      allowClear
      popupMatchSelectWidth={false}
      {...unread(read)}
    />
  );
}

/** The questions about deadlines that are asked every day; other days come by the calendar. */
function DueChoice({ params, put }: { params: URLSearchParams; put: (parts: Record<string, string | undefined>) => void }) {
  const clock = useClock();
  const now = clock.data?.now;
  // Without the clock there is no today; days are still asked by hand.
  if (!now) return <Choose label={words.due} value={undefined} options={[]} put={() => {}} read={clock} />;
  const day = (n: number) => dateOf(new Date(new Date(now).getTime() + n * DAY).toISOString());
  const none = { overdue: undefined, due_from: undefined, due_to: undefined, clock: undefined };
  const choices: Record<string, Record<string, string | undefined>> = {
    overdue: { ...none, overdue: 'true' },
    week: { ...none, due_from: day(0), due_to: day(7) },
    month: { ...none, due_from: day(0), due_to: day(30) },
    custody: { ...none, due_to: day(7), clock: 'custody' },
  };
  const is = (parts: Record<string, string | undefined>) => Object.entries(parts).every(([k, v]) => (params.get(k) ?? undefined) === v);
  const value = Object.keys(choices).find((c) => is(choices[c] ?? {}));
  return (
    <Choose
      label={words.due}
      value={value}
      options={Object.entries(words.dues).map(([v, label]) => ({ value: v, label }))}
      put={(v) => put((v && choices[v]) || none)}
    />
  );
}

/** Conditions that no control above shows. */
function Chips({ params, set, fields, tests, putTests, put }: { params: URLSearchParams; set: (p: URLSearchParams) => void; fields: ListField[]; tests: Tests; putTests: (t: Tests) => void; put: (parts: Record<string, string | undefined>) => void }) {
  const chips: { key: string; text: string; drop: () => void }[] = [];
  for (const [part, say] of [['opened', words.openedBetween], ['handed', words.handedBetween], ['due', words.dueBetween]] as const) {
    const [from, to] = [params.get(`${part}_from`), params.get(`${part}_to`)];
    if (from || to) chips.push({ key: part, text: say(from ?? words.any, to ?? words.any), drop: () => put({ [`${part}_from`]: undefined, [`${part}_to`]: undefined }) });
  }
  const overdue = params.get('overdue');
  if (overdue) chips.push({ key: 'overdue', text: overdue === 'true' ? words.overdue : words.notOverdue, drop: () => put({ overdue: undefined }) });
  const clock = params.get('clock');
  if (clock) chips.push({ key: 'clock', text: (words.clocks as Record<string, string>)[clock] ?? clock, drop: () => put({ clock: undefined }) });
  const any = [...params.keys()].some((k) => !['sort', 'columns', 'from'].includes(k));
  if (!any) return null;
  return (
    <div className="row chips">
      {chips.map((c) => (
        <Chip key={c.key} text={c.text} drop={c.drop} />
      ))}
      {Object.entries(tests).map(([key, test]) => {
        const field = fields.find((f) => f.key === key);
        const { [key]: _, ...rest } = tests;
        return field && <TestChip key={key} field={field} say={(labels) => sayOf(field, test, labels)} drop={() => putTests(rest)} />;
      })}
      <Button type="link" size="small" onClick={() => set(cleared(params))}>
        {words.clear}
      </Button>
    </div>
  );
}

function TestChip({ field, say, drop }: { field: ListField; say: (labels: { value: string; label: string }[] | undefined) => string; drop: () => void }) {
  const table = useTable(field.field.table);
  const units = useUnits(field.field.type === 'unit');
  const user = useUser();
  const members = useMembers(field.field.type === 'user' ? user.unit : undefined);
  const labels = field.field.type === 'user' ? members.data?.map((m) => ({ value: m.id, label: m.name })) : field.field.type === 'unit' ? units.data?.map((u) => ({ value: u.id, label: u.name })) : table.data?.rows;
  return <Chip text={say(labels)} drop={drop} />;
}

function Chip({ text, drop }: { text: string; drop: () => void }) {
  return (
    <span className="tag tag-act chip">
      {text}
      <button type="button" aria-label={words.remove(text)} onClick={drop}>
        ×
      </button>
    </span>
  );
}
