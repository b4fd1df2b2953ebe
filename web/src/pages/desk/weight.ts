/** In which order things are done: what was missed or runs out soon, what came back, then by the deadline. */
import type { Deadline, Returned, Todo } from '../../api/types';
import { urgency } from '../../parts/time';
import { desk } from '../../text/desk';

const approves = (t: Todo) => t.act.startsWith('approve:');

/** Where a to-do is done. */
export function doing(t: Todo): string {
  const [what, proposal] = t.act.split(':');
  return what === 'approve' ? `/files/${t.file}/approve/${t.instance}/${proposal}` : `/files/${t.file}/do/${t.instance}/${t.act}`;
}

/** What is asked for in an approval: its button says only that it is one. */
export const asked = (t: Todo) => (approves(t) ? t.text.replace(desk.approveOf, '') : '');

/** How many to-dos of each act, the commonest first. */
export function kindsOf(todos: Todo[]): [string, number][] {
  const kinds = new Map<string, number>();
  for (const t of todos) kinds.set(nameOf(t), (kinds.get(nameOf(t)) ?? 0) + 1);
  return [...kinds].toSorted((a, b) => b[1] - a[1]);
}

export const nameOf = (t: Todo) => (approves(t) ? desk.approve : t.text);

/** Missed before running, custody before handling, a breach before the mere lapse of a term, then by their end. */
export function byWeight(now: string): (a: Deadline, b: Deadline) => number {
  const weight = (d: Deadline) => (d.breach && d.due_at <= now ? 0 : 4) + (d.clock === desk.custody ? 0 : 2) + (d.breach ? 0 : 1);
  return (a, b) => weight(a) - weight(b) || a.due_at.localeCompare(b.due_at);
}

/** What is to be done about a period: the act that ends it, else what is next in its process, else in its case. */
export function ending(todos: Todo[], d: Deadline): Todo | undefined {
  const own = todos.filter((t) => t.file === d.file);
  const here = own.filter((t) => t.instance === d.instance);
  return here.find((t) => t.due_at === d.due_at) ?? own.find((t) => t.due_at === d.due_at) ?? here[0] ?? own[0];
}

/** What is next after a hand-over was returned. */
export const answering = (todos: Todo[], r: Returned) => todos.find((t) => t.file === r.file && t.instance === r.instance && !approves(t));

/** Whether a to-do is what came back: the act that was proposed, or whatever is to be done after a hand-over was returned. */
export function cameBack(returned: Returned[]): (t: Todo) => boolean {
  const back = new Set(returned.map((r) => `${r.file}/${r.instance}/${r.action ?? ''}`));
  return (t) => back.has(`${t.file}/${t.instance}/${t.act}`) || (!approves(t) && back.has(`${t.file}/${t.instance}/`));
}

/** Missed and near first, then what came back, then by the deadline that the act ends. */
export function byUrgency(now: string, back: (t: Todo) => boolean): (a: Todo, b: Todo) => number {
  const presses = (t: Todo) => !!t.due_at && ['over', 'near'].includes(urgency(t.due_at, now));
  const weight = (t: Todo) => (presses(t) ? 0 : back(t) ? 1 : 2);
  return (a, b) => weight(a) - weight(b) || (a.due_at ?? '9').localeCompare(b.due_at ?? '9');
}
