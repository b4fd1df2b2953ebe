/** Where the boxes and arrows of a process stand. */
import { Graph as Dagre, layout } from '@dagrejs/dagre';
import type { Edge, Graph, Node } from './graph';
import { flow as words } from '../../text/flow';

export const LINE = 18;
const CHAR = 14;
const SMALL = 12;
const WRAP = 9;
const LABEL_WRAP = 11;
const LABELS = 3;
const OPENS = '（《「『【“';
const CLOSES = '）》」』】，。；、：？！”';
/** Ways of finding ranks; which one draws best is only seen by drawing. */
const RANKERS = ['network-simplex', 'tight-tree', 'longest-path'] as const;

export interface Box {
  node: Node;
  lines: string[];
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Arrow {
  edge: Edge;
  lines: string[];
  points: { x: number; y: number }[];
  x: number;
  y: number;
}

export interface Plan {
  boxes: Box[];
  arrows: Arrow[];
  width: number;
  height: number;
}

/** What the library of layouts writes into its labels, which it types as anything. */
interface Point {
  x: number;
  y: number;
}
interface Size {
  width: number;
  height: number;
}

/** Chinese has no spaces to break at: equal lines of at most so many characters. */
export function wrapped(text: string, most: number): string[] {
  const chars = Array.from(text);
  const lines = Math.max(1, Math.ceil(chars.length / most));
  const each = Math.ceil(chars.length / lines);
  const out: string[] = [];
  for (let at = 0; at < chars.length; ) {
    let end = at + each;
    // No line begins with what closes.
    while (end < chars.length && CLOSES.includes(chars[end] ?? '')) end += 1;
    // None ends with what opens.
    if (end < chars.length && end - at > 1 && OPENS.includes(chars[end - 1] ?? '')) end -= 1;
    out.push(chars.slice(at, end).join(''));
    at = end;
  }
  return out;
}

const widest = (lines: string[], char: number) =>
  Math.max(0, ...lines.map((l) => Array.from(l).reduce((w, c) => w + (c.charCodeAt(0) < 0x2e80 ? char * 0.6 : char), 0)));

function labelled(e: Edge): string[] {
  const shown = e.labels.length > LABELS ? [...e.labels.slice(0, LABELS - 1), words.more(e.labels.length - LABELS + 1)] : e.labels;
  return shown.flatMap((l) => wrapped(l, LABEL_WRAP));
}

/** The drawing with the shortest arrows. */
export function planOf(graph: Graph): Plan {
  const plans = RANKERS.map((ranker) => drawn(graph, ranker));
  return plans.reduce((best, p) => (cost(p) < cost(best) ? p : best));
}

const cost = (p: Plan) => p.width + p.arrows.reduce((sum, a) => sum + a.points.slice(1).reduce((n, q, i) => n + Math.hypot(q.x - (a.points[i]?.x ?? q.x), q.y - (a.points[i]?.y ?? q.y)), 0), 0);

function drawn(graph: Graph, ranker: (typeof RANKERS)[number]): Plan {
  const g = new Dagre({ multigraph: false });
  g.setGraph({ rankdir: 'TB', nodesep: 28, edgesep: 16, ranksep: 28, marginx: 12, marginy: 12, ranker });
  g.setDefaultEdgeLabel(() => ({}));
  const texts = new Map<string, string[]>();
  for (const n of graph.nodes) {
    const lines = wrapped(n.name, n.kind === 'start' ? 4 : WRAP);
    texts.set(n.id, lines);
    g.setNode(n.id, { width: Math.max(n.kind === 'start' ? 48 : 88, widest(lines, CHAR) + 24), height: lines.length * LINE + 16 });
  }
  for (const e of graph.edges) {
    const lines = labelled(e);
    texts.set(`${e.from}>${e.to}`, lines);
    g.setEdge(e.from, e.to, {
      width: widest(lines, SMALL) + 8,
      height: lines.length * (LINE - 2),
      labelpos: 'c',
      // An exit may stand aside; the way that the case is expected to go stays straight.
      weight: e.act ? 2 : 1,
    });
  }
  layout(g);
  const size = g.graph() as Partial<Size>;
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    boxes: graph.nodes.map((node) => {
      const at = g.node(node.id) as Point & Size;
      return { node, lines: texts.get(node.id) ?? [], x: at.x, y: at.y, width: at.width, height: at.height };
    }),
    arrows: graph.edges.map((edge) => {
      const at = g.edge(edge.from, edge.to) as Partial<Point> & { points?: Point[] };
      return { edge, lines: texts.get(`${edge.from}>${edge.to}`) ?? [], points: at.points ?? [], x: at.x ?? 0, y: at.y ?? 0 };
    }),
  };
}
