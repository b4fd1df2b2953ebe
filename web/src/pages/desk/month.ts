/** Days as `2026-03-05`, reckoned without a zone. */

const text = (d: Date) => d.toISOString().slice(0, 10);
const date = (day: string) => new Date(`${day}T00:00:00Z`);

export function addDays(day: string, n: number): string {
  const d = date(day);
  d.setUTCDate(d.getUTCDate() + n);
  return text(d);
}

/** The same day of another month, or its last one. */
export function addMonths(day: string, n: number): string {
  const d = date(day);
  const wanted = d.getUTCDate();
  d.setUTCDate(1);
  d.setUTCMonth(d.getUTCMonth() + n);
  const last = new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 0)).getUTCDate();
  d.setUTCDate(Math.min(wanted, last));
  return text(d);
}

/** The whole weeks, from Monday, in which a month lies. */
export function grid(day: string): string[] {
  const first = `${day.slice(0, 7)}-01`;
  const before = (date(first).getUTCDay() + 6) % 7;
  const next = addMonths(first, 1);
  const days: string[] = [];
  for (let d = addDays(first, -before); d < next || days.length % 7 !== 0; d = addDays(d, 1)) days.push(d);
  return days;
}
