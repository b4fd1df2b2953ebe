/** A process as a graph: states, what leads from one to another, and entries that many states share. */
import type { ProcessPage } from '../../api/types';
import { flow as words } from '../../text/flow';

export interface Node {
  id: string;
  name: string;
  kind: 'state' | 'end' | 'start' | 'many';
  /** Of `many`: the states that it stands for. */
  from?: string[];
}

export interface Edge {
  from: string;
  to: string;
  labels: string[];
  /** Done by people; otherwise by what arrives. */
  act: boolean;
}

export interface Graph {
  nodes: Node[];
  edges: Edge[];
}

/** From more states than these, one way is drawn from one box: arrows from each would hide everything else. */
const MANY = { act: 4, arrival: 2 };

interface Way {
  label: string;
  from: string[];
  to: string;
  act: boolean;
}

function ways(p: ProcessPage): Way[] {
  const acts = p.actions.flatMap((a) => (a.to && a.from.length > 0 ? [{ label: a.name, from: a.from, to: a.to, act: true }] : []));
  const arrivals = p.receives.flatMap((r) => (r.to ? [{ label: r.message ? r.on : words.other, from: r.from, to: r.to, act: false }] : []));
  return [...acts, ...arrivals];
}

export function graphOf(p: ProcessPage): Graph {
  const nodes: Node[] = [
    { id: '^', name: words.start, kind: 'start' },
    ...p.states.map((s): Node => ({ id: s.id, name: s.name, kind: s.end ? 'end' : 'state' })),
  ];
  const edges = new Map<string, Edge>();
  const join = (from: string, to: string, label: string, act: boolean) => {
    const key = `${from}>${to}`;
    const known = edges.get(key);
    if (!known) edges.set(key, { from, to, labels: label ? [label] : [], act });
    else {
      if (label && !known.labels.includes(label)) known.labels.push(label);
      known.act ||= act;
    }
  };
  join('^', p.initial, '', true);
  for (const j of p.joins) join('^', j.begins, j.on, j.act);
  for (const w of ways(p)) {
    const from = w.from.filter((f) => f !== w.to);
    if (from.length <= (w.act ? MANY.act : MANY.arrival)) {
      for (const f of from) join(f, w.to, w.label, w.act);
      continue;
    }
    const id = `*${w.to}`;
    const hub = nodes.find((n) => n.id === id) ?? { id, name: '', kind: 'many', from: [] };
    if (!nodes.includes(hub)) nodes.push(hub);
    hub.from = [...new Set([...(hub.from ?? []), ...from])];
    hub.name = words.many(hub.from.length);
    join(id, w.to, w.label, w.act);
  }
  // What nothing leads to is not drawn.
  const met = new Set([...edges.values()].flatMap((e) => [e.from, e.to]));
  return { nodes: nodes.filter((n) => met.has(n.id)), edges: [...edges.values()] };
}
