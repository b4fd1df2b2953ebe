/** What the list was asked for, in words, as it stands at the head of a printed list. */
import { useMembers, useTable, useTables, useUnits } from '../../api/queries';
import type { Choice, ListForms } from '../../api/types';
import { useUser } from '../../parts/session';
import { files, filters as words } from '../../text/files';
import { sayOf, testsOf } from '../files/query';

const label = (of: Choice[], value: string) => of.find((c) => c.value === value)?.label ?? value;

/** `handler` is who the handler is that is asked for, as the list says. */
export function useConditions(params: URLSearchParams, forms: ListForms, handler: string | undefined): string[] {
  const user = useUser();
  const offences = useTable('offence').data?.rows ?? [];
  const units = useUnits().data ?? [];
  const members = useMembers(user.unit).data ?? [];
  const tests = Object.entries(testsOf(params)).flatMap(([key, test]) => {
    const field = forms.fields.find((f) => f.key === key);
    return field ? [{ field, test }] : [];
  });
  const tables = useTables([...new Set(tests.flatMap(({ field }) => field.field.table ?? []))]);
  const named = units.map((u) => ({ value: u.id, label: u.name }));
  const chosen = (all: ListForms['stages']) => all.flatMap((p) => p.choices);
  const said: Record<string, (v: string) => string> = {
    text: words.found,
    person: (v) => words.says(words.person, v),
    offence: (v) => words.says(words.offence, label(offences, v)),
    stage: (v) => words.says(words.stage, label(chosen(forms.stages), v)),
    deadline: (v) => words.says(words.deadline, label(chosen(forms.deadlines), v)),
    handler: (v) => words.says(words.handler, handler ?? members.find((m) => m.id === v)?.name ?? words.unknownHandler),
    unit: (v) => words.says(words.unit, words.below(label(named, v))),
    open: (v) => (v === 'true' ? words.states.open : words.states.ended),
    overdue: (v) => (v === 'true' ? words.overdue : words.notOverdue),
    clock: (v) => (words.clocks as Record<string, string>)[v] ?? v,
  };
  const out = Object.entries(said).flatMap(([part, say]) => {
    const value = params.get(part);
    return value ? [say(value)] : [];
  });
  for (const [part, say] of [['due', words.dueBetween], ['opened', words.openedBetween], ['handed', words.handedBetween]] as const) {
    const [from, to] = [params.get(`${part}_from`), params.get(`${part}_to`)];
    if (from || to) out.push(say(from ?? words.any, to ?? words.any));
  }
  for (const { field, test } of tests) {
    const { type, table } = field.field;
    out.push(sayOf(field, test, type === 'unit' ? named : type === 'user' ? members.map((m) => ({ value: m.id, label: m.name })) : table ? tables[table] : undefined));
  }
  const sort = params.get('sort');
  const by = sort?.replace(/^-/, '');
  const name = by && (files.columns[by] ?? forms.fields.find((f) => f.key === by)?.field.name);
  if (sort && name) out.push(`${files.sortBy(name)}${sort.startsWith('-') ? files.sorted.descending : files.sorted.ascending}`);
  return out;
}
