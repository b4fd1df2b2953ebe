/** Dates and times as people read them, always in China's time, whatever the browser's zone. */
import { time as words } from '../text/common';

const ZONE = 'Asia/Shanghai';
const EIGHT_HOURS = 8 * 3_600_000;
/** Since its last summer time the zone is eight hours ahead. */
const FIXED = Date.UTC(1991, 8, 15);
/** What knows the years before; a browser takes a while to make it, and hardly anybody needs it. */
let older: Intl.DateTimeFormat | undefined;

interface Civil {
  year: string;
  month: string;
  day: string;
  hour: string;
  minute: string;
}

function civil(moment: string | number | Date): Civil {
  const at = new Date(moment).getTime();
  if (at >= FIXED) {
    const iso = new Date(at + EIGHT_HOURS).toISOString();
    return { year: iso.slice(0, 4), month: iso.slice(5, 7), day: iso.slice(8, 10), hour: iso.slice(11, 13), minute: iso.slice(14, 16) };
  }
  older ??= new Intl.DateTimeFormat('en-CA', {
    timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  });
  const found: Record<string, string> = {};
  for (const p of older.formatToParts(at)) found[p.type] = p.value;
  const get = (k: string) => found[k] ?? '';
  return { year: get('year'), month: get('month'), day: get('day'), hour: get('hour'), minute: get('minute') };
}

/** `2026-03-05`. */
export function dateOf(moment: string): string {
  const c = civil(moment);
  return `${c.year}-${c.month}-${c.day}`;
}

/** `2026-03-05 08:15`. */
export function momentOf(moment: string): string {
  const c = civil(moment);
  return `${c.year}-${c.month}-${c.day} ${c.hour}:${c.minute}`;
}

/** `2026年3月5日`, of a day or of a moment. */
export function dateCn(day: string): string {
  const c = civil(day);
  return `${c.year}${words.year}${Number(c.month)}${words.month}${Number(c.day)}${words.day}`;
}

/** `2026年3月5日 8时05分`. */
export function momentCn(moment: string): string {
  const c = civil(moment);
  return `${dateCn(moment)} ${Number(c.hour)}${words.hour}${c.minute}${words.minute}`;
}

/** The last moment of a period: the first instant of a day is 24:00 of the day before. */
export function dueOf(moment: string, now: string): string {
  const c = civil(moment);
  const full = c.hour === '00' && c.minute === '00';
  const d = full ? civil(new Date(moment).getTime() - 60_000) : c;
  const year = d.year === civil(now).year ? '' : `${d.year}${words.year}`;
  return `${year}${Number(d.month)}${words.month}${Number(d.day)}${words.day} ${full ? words.midnight : `${Number(c.hour)}:${c.minute}`}`;
}

/** The day on which a period ends, `2026-03-05`. */
export function dueDate(moment: string): string {
  return dateOf(new Date(new Date(moment).getTime() - 1_000).toISOString());
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type Urgency = 'over' | 'near' | 'soon' | 'calm';

/** How near the end of a period is. */
export function urgency(due: string, now: string): Urgency {
  const left = new Date(due).getTime() - new Date(now).getTime();
  if (left <= 0) return 'over';
  if (left <= 3 * DAY) return 'near';
  return left <= 7 * DAY ? 'soon' : 'calm';
}

/** `剩 3 天`. */
export function leftOf(due: string, now: string): string {
  const left = new Date(due).getTime() - new Date(now).getTime();
  const past = -left;
  if (left <= 0) return past < DAY ? words.overdueHours(Math.max(1, Math.ceil(past / HOUR))) : words.overdue(Math.floor(past / DAY));
  if (left < HOUR) return words.leftMinutes(Math.max(1, Math.floor(left / 60_000)));
  return left < DAY ? words.leftHours(Math.floor(left / HOUR)) : words.left(Math.floor(left / DAY));
}

/** `1.2 MB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(1)} MB` : `${(bytes / 1024 ** 3).toFixed(2)} GB`;
}
