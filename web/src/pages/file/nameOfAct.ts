/** What people call an act of the records. */
import type { CaseFile, Recorded } from '../../api/types';
import { file as words } from '../../text/file';

function plain({ names, situation }: CaseFile, instance: string | null | undefined, action: string): string {
  const process = situation.instances.find((i) => i.id === instance)?.process;
  const own = process ? names.actions[`${process}.${action}`] : undefined;
  return own ?? words.events[action] ?? Object.entries(names.actions).find(([k]) => k.endsWith(`.${action}`))?.[1] ?? names.messages[action] ?? action;
}

/** An act that is only proposed says so, and one that the last opinion brought about. */
export function nameOfAct(file: CaseFile, { header: h, payload }: Pick<Recorded, 'header' | 'payload'>): string {
  const name = plain(file, h.instance, h.action);
  const effects = new Set((payload?.effects ?? []).map((e: { effect?: string }) => e.effect));
  if (effects.has('proposed')) return words.proposed(name);
  return effects.has('opinion_given') && effects.has('act_done') ? words.agreed(name) : name;
}
