/** A number of a card with its unit, as people say it. */
import type { FieldForm } from '../api/types';
import { act as words } from '../text/act';

export function amountOf(n: number, { type, unit }: Pick<FieldForm, 'type' | 'unit'>): string {
  if (type === 'fen') return `${n / 100} ${words.money}`;
  return unit ? `${n} ${unit}` : String(n);
}
