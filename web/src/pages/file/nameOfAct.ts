/** What people call an act of the records. */
import type { CaseFile } from '../../api/types';
import { file as words } from '../../text/file';

export function nameOfAct({ names, situation }: CaseFile, instance: string | null | undefined, action: string): string {
  const process = situation.instances.find((i) => i.id === instance)?.process;
  const own = process ? names.actions[`${process}.${action}`] : undefined;
  return own ?? words.events[action] ?? Object.entries(names.actions).find(([k]) => k.endsWith(`.${action}`))?.[1] ?? names.messages[action] ?? action;
}
