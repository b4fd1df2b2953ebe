/** The question before a hand-over: who and what goes where, what the receiver would find, what follows. */
import type { Rehearsed } from '../../api/types';
import { handover as words } from '../../text/handover';
import { counted } from '../Findings';

export function question(r: Rehearsed, state: string | null | undefined): string {
  const going = r.going.filter((g) => g.handover);
  const parts = going.map((g) => words.question(words.who(g.subjects[0] ?? '', g.subjects.length), g.materials.length, g.pages, g.to_name));
  const bad = going.reduce((n, g) => n + counted((g.acceptance?.checks ?? []).flatMap((c) => c.findings)).bad, 0);
  if (bad > 0) parts.push(words.faulty(bad));
  if (state) parts.push(words.follows(state));
  parts.push(r.locks ? words.locked : words.supplement);
  return parts.join('');
}
