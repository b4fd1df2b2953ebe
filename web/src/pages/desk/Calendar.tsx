/** The month of deadlines. A day is a link to what ends on it; arrow keys move, Enter opens. */
import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useDeadlineDays } from '../../api/queries';
import type { DeadlineDay } from '../../api/types';
import { Failed, Loading } from '../../parts/States';
import { dateOf } from '../../parts/time';
import { desk } from '../../text/desk';
import { addDays, addMonths, grid } from './month';
import { Section } from './Section';

/** Days ahead in which the end of a custody is urgent. */
const NEAR = 7;
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export function Calendar({ now }: { now: string }) {
  const navigate = useNavigate();
  const today = dateOf(now);
  const [day, setDay] = useState(today);
  const days = grid(day);
  const [first, last] = [days[0] ?? day, days.at(-1) ?? day];
  const ends = useDeadlineDays(first, last);
  const at = new Map((ends.data ?? []).map((d) => [d.day, d]));
  // The focus follows the keys, and only them.
  const moved = useRef(false);
  const cell = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (moved.current) cell.current?.focus();
    moved.current = false;
  }, [day]);
  const keys = (e: KeyboardEvent) => {
    const step = STEPS[e.key];
    const next = step !== undefined ? addDays(day, step) : e.key === 'PageUp' ? addMonths(day, -1) : e.key === 'PageDown' ? addMonths(day, 1) : undefined;
    if (!next) return;
    e.preventDefault();
    moved.current = true;
    setDay(next);
  };
  const [year, month] = day.split('-').map(Number);
  const head = (
    <span className="row months">
      <Button size="small" type="text" icon={<LeftOutlined />} aria-label={desk.previousMonth} onClick={() => setDay(addMonths(day, -1))} />
      <span className="num" aria-live="polite">
        {desk.month(year ?? 0, month ?? 0)}
      </span>
      <Button size="small" type="text" icon={<RightOutlined />} aria-label={desk.nextMonth} onClick={() => setDay(addMonths(day, 1))} />
    </span>
  );
  return (
    <Section title={desk.calendar} aside={head}>
      {ends.error ? (
        <Failed error={ends.error} again={() => void ends.refetch()} />
      ) : ends.data === undefined ? (
        <Loading rows={6} />
      ) : (
        <table className="month" aria-label={desk.calendar} title={desk.calendarHint}>
          <thead>
            <tr>
              {desk.weekdays.map((w) => (
                <th key={w} scope="col">
                  {w}
                </th>
              ))}
            </tr>
          </thead>
          <tbody onKeyDown={keys}>
            {Array.from({ length: days.length / 7 }, (_, week) => (
              <tr key={days[week * 7]}>
                {days.slice(week * 7, week * 7 + 7).map((d) => (
                  <td key={d}>
                    <Day
                      ref={d === day ? cell : undefined}
                      date={d}
                      ends={at.get(d)}
                      here={d === day}
                      other={!d.startsWith(day.slice(0, 7))}
                      today={today}
                      open={() => void navigate(`/deadlines?day=${d}`)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

interface DayProps {
  ref: React.Ref<HTMLButtonElement> | undefined;
  date: string;
  ends: DeadlineDay | undefined;
  here: boolean;
  other: boolean;
  today: string;
  open: () => void;
}

function Day({ ref, date, ends, here, other, today, open }: DayProps) {
  const [custody, handling] = [ends?.custody ?? 0, ends?.handling ?? 0];
  const missed = date < today && custody + handling > 0;
  const near = date <= addDays(today, NEAR);
  return (
    <button
      ref={ref}
      type="button"
      className={`day${other ? ' other' : ''}${date === today ? ' today' : ''}`}
      tabIndex={here ? 0 : -1}
      aria-current={date === today ? 'date' : undefined}
      aria-label={desk.dayOf(date, custody, handling, missed, date === today)}
      onClick={open}
    >
      <span className="num">
        {Number(date.slice(8))}
        {date === today && ` ${desk.today}`}
      </span>
      {custody > 0 && <b className={`tag num${near ? ' tag-danger' : ''}`}>{desk.custodyShort(custody, missed)}</b>}
      {handling > 0 && <b className={`tag num${missed ? ' tag-danger' : ''}`}>{desk.handlingShort(handling, missed)}</b>}
    </button>
  );
}
