/** Where a time axis is marked: days, months or years, whatever gives about eight marks. */
import { dateOf } from '../../parts/time';

const DAY = 86_400_000;
const MOST = 9;

interface Tick {
  at: number;
  text: string;
}

const midnight = (day: string) => new Date(`${day}T00:00:00+08:00`).getTime();

export function ticksOf(from: number, to: number): Tick[] {
  const days = (to - from) / DAY;
  for (const step of [1, 2, 5, 10]) if (days / step <= MOST) return byDays(from, to, step);
  for (const step of [1, 2, 3, 6, 12, 24, 60]) if (days / 30 / step <= MOST) return byMonths(from, to, step);
  return byMonths(from, to, 120);
}

function byDays(from: number, to: number, step: number): Tick[] {
  const out: Tick[] = [];
  for (let at = midnight(dateOf(new Date(from).toISOString())); at <= to; at += step * DAY) {
    if (at >= from) out.push({ at, text: short(at) });
  }
  return out;
}

function byMonths(from: number, to: number, step: number): Tick[] {
  const [year, month] = dateOf(new Date(from).toISOString()).split('-').map(Number);
  const out: Tick[] = [];
  for (let n = 0; n < 400; n += step) {
    const months = (month ?? 1) - 1 + n;
    const at = midnight(`${(year ?? 0) + Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01`);
    if (at > to) break;
    if (at >= from) out.push({ at, text: dateOf(new Date(at).toISOString()).slice(0, 7) });
  }
  return out;
}

const short = (at: number) => dateOf(new Date(at).toISOString()).slice(5);
