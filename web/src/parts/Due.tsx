/** What is left of a period: colour, sign and words together. */
import { time } from '../text/common';
import { dueDate, dueOf, leftOf, urgency } from './time';

const SIGNS = { over: '■', near: '▲', soon: '△', calm: '' };

export function Due({ due, now, short = false }: { due: string; now: string | undefined; short?: boolean }) {
  // Without the clock nothing can be reckoned; the day itself stands.
  if (now === undefined) return <span className="due num">{time.by(dueDate(due))}</span>;
  const u = urgency(due, now);
  return (
    <span className={`due due-${u}`}>
      {SIGNS[u] && <span aria-hidden>{SIGNS[u]} </span>}
      {leftOf(due, now)}
      {!short && <span className="until">{time.until(dueOf(due, now))}</span>}
    </span>
  );
}

/** The kind of a period. Custody is red only where a person's liberty is at risk soon. */
export function Kind({ clock, due, now }: { clock: string; due: string; now: string | undefined }) {
  const risk = clock === time.custody && now !== undefined && urgency(due, now) !== 'calm';
  return <span className={risk ? 'tag tag-danger' : 'tag'}>{clock}</span>;
}
