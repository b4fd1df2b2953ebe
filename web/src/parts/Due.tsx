/** What is left of a period: colour, sign and words together. */
import { time } from '../text/common';
import { dueOf, leftOf, urgency } from './time';

const SIGNS = { over: '■', near: '▲', soon: '△', calm: '' };

export function Due({ due, now, short = false }: { due: string; now: string | undefined; short?: boolean }) {
  if (now === undefined) return null;
  const u = urgency(due, now);
  return (
    <span className={`due due-${u}`}>
      {SIGNS[u] && <span aria-hidden>{SIGNS[u]} </span>}
      {leftOf(due, now)}
      {!short && <span className="until">{time.until(dueOf(due))}</span>}
    </span>
  );
}
