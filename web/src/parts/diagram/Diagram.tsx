/** A process drawn from its definition. Where a case stands is filled and marked, where it came by is ticked. */
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ProcessPage } from '../../api/types';
import { flow as words } from '../../text/flow';
import { graphOf } from './graph';
import { type Arrow, type Box, LINE, planOf } from './layout';
import './diagram.css';

export interface Standing {
  /** Who stands in a state now. */
  present: Map<string, string[]>;
  /** States that somebody came by. */
  passed: Set<string>;
  /** `from>to`, as somebody went. */
  gone: Set<string>;
}

interface Props {
  process: ProcessPage;
  standing?: Standing;
  chosen?: string;
  choose: (state: string | undefined) => void;
}

const path = (points: { x: number; y: number }[]) => {
  const [first, ...rest] = points;
  if (!first) return '';
  const last = rest.at(-1);
  // Through the middles of the way, so that the corners are round.
  const middles = rest.slice(0, -1).map((p, i) => {
    const next = rest[i + 1] ?? p;
    return `Q${p.x},${p.y} ${(p.x + next.x) / 2},${(p.y + next.y) / 2}`;
  });
  return `M${first.x},${first.y} ${middles.join(' ')} L${last?.x ?? first.x},${last?.y ?? first.y}`;
};

export function Diagram({ process, standing, chosen, choose }: Props) {
  const plan = useMemo(() => planOf(graphOf(process)), [process]);
  const states = plan.boxes.filter((b) => b.node.kind === 'state' || b.node.kind === 'end').toSorted((a, b) => a.y - b.y || a.x - b.x);
  const [at, setAt] = useState<string>();
  const root = useRef<SVGSVGElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  // What is too large to be seen whole is seen first where the case stands, or where it begins.
  const { x, y } = plan.boxes.find((b) => standing?.present.has(b.node.id)) ?? plan.boxes[0] ?? { x: 0, y: 0 };
  useEffect(() => {
    const f = frame.current;
    f?.scrollTo(x - f.clientWidth / 2, y - f.clientHeight / 2);
  }, [x, y]);
  const marker = useId();
  const tab = at ?? chosen ?? standing?.present.keys().next().value ?? states[0]?.node.id;
  const move = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (step === undefined) return;
    e.preventDefault();
    const here = states.findIndex((b) => b.node.id === tab);
    const next = states[Math.min(states.length - 1, Math.max(0, here + step))];
    if (!next) return;
    setAt(next.node.id);
    root.current?.querySelector<SVGGElement>(`[data-state="${CSS.escape(next.node.id)}"]`)?.focus();
  };
  const related = (a: Arrow) => chosen !== undefined && (a.edge.from === chosen || a.edge.to === chosen);
  const meant = (b: Box) => b.node.kind === 'many' && chosen !== undefined && b.node.from?.includes(chosen);
  return (
    <div ref={frame} className="scroll drawn" tabIndex={-1}>
      <svg
        ref={root}
        className="diagram"
        role="group"
        aria-label={words.diagramOf(process.name)}
        width={plan.width}
        height={plan.height}
        viewBox={`0 0 ${plan.width} ${plan.height}`}
        onKeyDown={move}
      >
        <defs>
          <marker id={marker} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse" markerUnits="userSpaceOnUse">
            <path d="M0,0 L8,4 L0,8 z" className="head-of-arrow" />
          </marker>
        </defs>
        <g aria-hidden>
          {plan.arrows.map((a) => {
            const gone = standing?.gone.has(`${a.edge.from}>${a.edge.to}`);
            const faint = chosen !== undefined && !related(a);
            return (
              <path
                key={`${a.edge.from}>${a.edge.to}`}
                d={path(a.points)}
                markerEnd={`url(#${marker})`}
                className={['arrow', a.edge.act ? 'by-act' : 'by-arrival', gone && 'gone', faint && 'faint'].filter(Boolean).join(' ')}
              />
            );
          })}
          {plan.arrows.map((a) => (
            <Words key={`${a.edge.from}>${a.edge.to}`} arrow={a} faint={chosen !== undefined && !related(a)} />
          ))}
        </g>
        {plan.boxes.map((b) => {
          const { id, kind } = b.node;
          const here = standing?.present.get(id);
          const passed = standing?.passed.has(id) && !here;
          const look = ['box', `box-${kind}`, here && 'present', passed && 'passed', chosen === id && 'chosen', meant(b) && 'meant'];
          const inner = (
            <>
              <rect x={b.x - b.width / 2} y={b.y - b.height / 2} width={b.width} height={b.height} rx={kind === 'start' || kind === 'many' ? b.height / 2 : 4} />
              {kind === 'end' && (
                <rect className="inner" x={b.x - b.width / 2 + 3} y={b.y - b.height / 2 + 3} width={b.width - 6} height={b.height - 6} rx={2} />
              )}
              <Lines lines={b.lines} x={b.x} y={b.y} height={LINE} />
              {(here || passed) && (
                <text className="sign" x={b.x + b.width / 2 - 2} y={b.y - b.height / 2 + 4} aria-hidden>
                  {here ? '●' : '✓'}
                </text>
              )}
            </>
          );
          if (kind === 'start' || kind === 'many')
            return (
              <g key={id} className={look.filter(Boolean).join(' ')} aria-hidden>
                {inner}
              </g>
            );
          return (
            <g
              key={id}
              className={look.filter(Boolean).join(' ')}
              data-state={id}
              role="button"
              tabIndex={id === tab ? 0 : -1}
              aria-pressed={chosen === id}
              aria-label={[b.node.name, kind === 'end' && words.end, here && words.here(here.join('、')), passed && words.passed].filter(Boolean).join('，')}
              onClick={() => choose(chosen === id ? undefined : id)}
              onFocus={() => setAt(id)}
              onKeyDown={(e) => {
                if (e.key !== 'Enter' && e.key !== ' ') return;
                e.preventDefault();
                choose(chosen === id ? undefined : id);
              }}
            >
              {inner}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function Lines({ lines, x, y, height }: { lines: string[]; x: number; y: number; height: number }) {
  return (
    <text x={x} textAnchor="middle">
      {lines.map((l, i) => (
        <tspan key={`${i}${l}`} x={x} y={y + (i - (lines.length - 1) / 2) * height} dominantBaseline="central">
          {l}
        </tspan>
      ))}
    </text>
  );
}

function Words({ arrow: a, faint }: { arrow: Arrow; faint: boolean }) {
  if (a.lines.length === 0) return null;
  return (
    <g className={['label', a.edge.act ? 'by-act' : 'by-arrival', faint && 'faint'].filter(Boolean).join(' ')}>
      <title>{a.edge.labels.join('、')}</title>
      <Lines lines={a.lines} x={a.x} y={a.y} height={LINE - 3} />
    </g>
  );
}
