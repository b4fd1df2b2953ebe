/** What the list is asked for, as it stands in the address: the same names as the interface has. */
import type { Choice, ListField } from '../../api/types';
import { amountOf } from '../../parts/amount';
import { filters as words } from '../../text/files';

/** Parts of the address that the server understands as they are. */
const PARTS = [
  'text', 'person', 'offence', 'stage', 'deadline', 'clock', 'due_from', 'due_to', 'handler', 'unit',
  'opened_from', 'opened_to', 'handed_from', 'handed_to', 'where', 'sort',
] as const;

/** Times of the case itself that can be asked from one day to another: what stands before `_from` and `_to`. */
export const SPANS = ['due', 'opened', 'handed'] as const;
export type SpanOf = (typeof SPANS)[number];

export type Part = (typeof PARTS)[number];
export type Query = Partial<Record<Part, string>> & { overdue?: boolean; open?: boolean; columns?: string };

export interface FieldTest {
  is?: string[];
  has?: string;
  from?: string;
  to?: string;
  known?: boolean;
}
export type Tests = Record<string, FieldTest>;

const flag = (text: string | null) => (text === 'true' ? true : text === 'false' ? false : undefined);

/** The question to the server. */
export function queryOf(params: URLSearchParams): Query {
  const query: Query = {};
  for (const part of PARTS) {
    const value = params.get(part);
    if (value) query[part] = value;
  }
  query.overdue = flag(params.get('overdue'));
  query.open = flag(params.get('open'));
  return query;
}

/** The conditions on card fields. What somebody typed into the address by hand and is none, is none. */
export function testsOf(params: URLSearchParams): Tests {
  try {
    const read: unknown = JSON.parse(params.get('where') ?? '{}');
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Tests) : {};
  } catch {
    return {};
  }
}

/** The address with some parts changed; a changed question begins at its first page. */
export function changed(params: URLSearchParams, parts: Record<string, string | undefined>): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete('from');
  for (const [name, value] of Object.entries(parts)) {
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** Parts that are no condition. */
const KEPT = ['sort', 'columns'];

export function cleared(params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams();
  for (const name of KEPT) {
    const value = params.get(name);
    if (value) next.set(name, value);
  }
  return next;
}

/** What a condition on a card field says. */
export function sayOf(field: ListField, test: FieldTest, labels: Choice[] | undefined): string {
  const { name, type, options } = field.field;
  const number = (n: string | undefined) => (n === undefined ? words.any : type === 'int' || type === 'fen' ? amountOf(Number(n), field.field) : n);
  const label = (v: string) => (type === 'bool' ? (v === 'true' ? words.yes : words.no) : ([...options, ...(labels ?? [])].find((o) => o.value === v)?.label ?? v));
  if (test.known !== undefined) return `${name}：${test.known ? words.tests.known : words.tests.unknown}`;
  if (test.is) return `${name}：${test.is.map(label).join('、')}`;
  if (test.has !== undefined) return `${name}${words.tests.has}“${test.has}”`;
  return `${name}：${number(test.from)} 至 ${number(test.to)}`;
}
