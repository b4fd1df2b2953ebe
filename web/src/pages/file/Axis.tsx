/** The deadlines of a case drawn on one time axis; each is told beside it, so that nothing hangs on colour. */
import { useId } from 'react';
import type { CaseFile, DeadlineSpan } from '../../api/types';
import { Basis } from '../../parts/Basis';
import { Due, Kind } from '../../parts/Due';
import { dateOf, dueDate, momentOf, urgency } from '../../parts/time';
import { file as all } from '../../text/file';
import { ticksOf } from './ticks';

const words = all.axis;
const HIGH = 20;
const ms = (at: string) => new Date(at).getTime();

interface Scale {
  from: number;
  to: number;
  now: number;
}

export function Axis({ spans, file, now }: { spans: DeadlineSpan[]; file: CaseFile; now: string }) {
  const running = spans.filter((s) => !s.ended_at).toSorted((a, b) => a.due_at.localeCompare(b.due_at));
  const ended = spans.filter((s) => s.ended_at).toSorted((a, b) => b.from.localeCompare(a.from));
  return (
    <section className="block plain axis" aria-label={words.title}>
      <Legend />
      {running.length > 0 && <Rows spans={running} file={file} now={now} />}
      {ended.length > 0 && (
        <details className="as-words" open={running.length === 0}>
          <summary>{words.endedList(ended.length)}</summary>
          <Rows spans={ended} file={file} now={now} />
        </details>
      )}
    </section>
  );
}

function Rows({ spans, file, now }: { spans: DeadlineSpan[]; file: CaseFile; now: string }) {
  const ends = spans.flatMap((s) => [ms(s.due_at), ...(s.ended_at ? [ms(s.ended_at)] : [ms(now)])]);
  const from = Math.min(...spans.map((s) => ms(s.from)));
  const to = Math.max(...ends);
  const edge = Math.max((to - from) * 0.02, 3_600_000);
  const scale: Scale = { from: from - edge, to: to + edge, now: ms(now) };
  return (
    <>
      <Ticks scale={scale} />
      {spans.map((s) => (
        <One key={`${s.instance}${s.subject}${s.deadline}${s.from}`} span={s} file={file} scale={scale} now={now} />
      ))}
    </>
  );
}

const at = (scale: Scale, moment: number) => `${(((moment - scale.from) / (scale.to - scale.from)) * 100).toFixed(3)}%`;
const wide = (scale: Scale, a: number, b: number) => `${Math.max(0.3, ((b - a) / (scale.to - scale.from)) * 100).toFixed(3)}%`;

function Ticks({ scale }: { scale: Scale }) {
  const today = scale.now >= scale.from && scale.now <= scale.to;
  return (
    <div className="ticks" aria-hidden>
      <span />
      <svg height={34}>
        {ticksOf(scale.from, scale.to).map((t) => (
          <g key={t.at}>
            <line className="tick" x1={at(scale, t.at)} x2={at(scale, t.at)} y1={26} y2={34} />
            <text className="tick-text" x={at(scale, t.at)} y={24} textAnchor="middle">
              {t.text}
            </text>
          </g>
        ))}
        {today && (
          <text className="today-text" x={at(scale, scale.now)} y={9} textAnchor="middle">
            {words.today}
          </text>
        )}
      </svg>
      <span />
    </div>
  );
}

function One({ span: s, file, scale, now }: { span: DeadlineSpan; file: CaseFile; scale: Scale; now: string }) {
  const pattern = useId();
  const texts = textsOf(s);
  const several = Object.keys(file.names.subjects).length > 1;
  const [from, base, due] = [ms(s.from), ms(s.base_due), ms(s.due_at)];
  const steps = [base, ...s.extensions.map((e) => ms(e.due))];
  const last = Math.max(...steps);
  const stopped = standsStill(s);
  const over = !s.ended_at && !stopped && urgency(s.due_at, now) === 'over';
  return (
    <div className={['span', s.ended_at && 'ended', over && 'over'].filter(Boolean).join(' ')}>
      <div>
        <b>{s.name}</b> {s.ended_at ? <span className="tag">{s.clock}</span> : <Kind clock={s.clock} due={s.due_at} now={now} />}
        <div className="soft">
          {several && s.subject && `${file.names.subjects[s.subject] ?? s.subject}　`}
          {s.process}
        </div>
      </div>
      <svg height={HIGH + 8} role="img" aria-label={words.label(s.name, texts.join('；'))}>
        <defs>
          <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line className="stripe" x1="0" y1="0" x2="0" y2="6" />
          </pattern>
        </defs>
        <rect className="base" x={at(scale, from)} width={wide(scale, from, Math.min(base, due))} y={4} height={HIGH} />
        {s.extensions.map((e, i) => {
          const start = steps[i] ?? base;
          return (
            <g key={e.due}>
              <rect className="extension" x={at(scale, start)} width={wide(scale, start, ms(e.due))} y={4} height={HIGH} />
              <rect fill={`url(#${pattern})`} x={at(scale, start)} width={wide(scale, start, ms(e.due))} y={4} height={HIGH} />
            </g>
          );
        })}
        {!stopped && due > last && <rect className="after" x={at(scale, last)} width={wide(scale, last, due)} y={4} height={HIGH} />}
        {s.suspensions.map((p) => {
          const [a, b] = [ms(`${p.from}T00:00:00+08:00`), p.to ? ms(`${p.to}T00:00:00+08:00`) : scale.now];
          return (
            <g key={p.from}>
              <rect className="pause" x={at(scale, a)} width={wide(scale, a, b)} y={9} height={HIGH - 10} />
              <line className="pause-mark" x1={at(scale, a)} x2={at(scale, a)} y1={7} y2={HIGH + 1} />
              <line className="pause-mark" x1={at(scale, b)} x2={at(scale, b)} y1={7} y2={HIGH + 1} />
            </g>
          );
        })}
        {!stopped && <line className="end-mark" x1={at(scale, due)} x2={at(scale, due)} y1={0} y2={HIGH + 8} />}
        {s.ended_at && <circle className="end-mark" cx={at(scale, ms(s.ended_at))} cy={4 + HIGH / 2} r={4} />}
        {scale.now >= scale.from && scale.now <= scale.to && <line className="today" x1={at(scale, scale.now)} x2={at(scale, scale.now)} y1={-6} y2={HIGH + 14} />}
      </svg>
      <div>
        {stopped ? <span className="tag tag-act">{all.stopped}</span> : !s.ended_at && <Due due={s.due_at} now={now} />}
        <ul>
          {texts.map((t) => (
            <li key={t}>{t}</li>
          ))}
        </ul>
      </div>
      <div className="basis-line">
        <Basis of={s.basis} />
      </div>
    </div>
  );
}

/** It will end on another day than it would now. */
const standsStill = (s: DeadlineSpan) => !s.ended_at && s.suspensions.some((p) => !p.to);

function textsOf(s: DeadlineSpan): string[] {
  return [
    standsStill(s) ? words.begun(dateOf(s.from), s.length) : words.text(dateOf(s.from), s.length, dueDate(s.base_due)),
    ...(s.credit > 0 ? [words.credit(s.credit)] : []),
    ...s.extensions.map((e) => words.extended(e.on, e.by, dueDate(e.due))),
    ...s.suspensions.map((p) => (p.to ? words.suspended(p.from, p.to) : words.suspendedSince(p.from))),
    ...(s.shifted_from ? [words.shifted(s.shifted_from)] : []),
    ...(s.ended_at ? [words.endedAt(momentOf(s.ended_at))] : []),
    ...(s.provisional ? [all.provisional] : []),
  ];
}

function Legend() {
  const pattern = useId();
  return (
    <p className="legend" aria-hidden>
      <span>
        <svg>
          <rect className="base" width="28" height="12" />
        </svg>{' '}
        {words.base}
      </span>
      <span>
        <svg>
          <defs>
            <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <line className="stripe" x1="0" y1="0" x2="0" y2="6" />
            </pattern>
          </defs>
          <rect className="extension" width="28" height="12" />
          <rect fill={`url(#${pattern})`} width="28" height="12" />
        </svg>{' '}
        {words.extension}
      </span>
      <span>
        <svg>
          <rect className="pause" y="1" width="28" height="10" />
        </svg>{' '}
        {words.suspension}
      </span>
      <span>
        <svg>
          <rect className="after" width="28" height="12" />
        </svg>{' '}
        {words.after}
      </span>
      <span>
        <svg>
          <line className="today" x1="14" x2="14" y1="0" y2="12" />
        </svg>{' '}
        {words.today}
      </span>
    </p>
  );
}
