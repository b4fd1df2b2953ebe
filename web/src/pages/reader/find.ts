/** Words on a page: where they stand, what a rectangle or a selection covers. As on the server, spaces, width and capitals do not count. */
import type { Area, TextLine } from '../../api/types';

const half = (c: string) => {
  const code = c.codePointAt(0) ?? 0;
  return (code >= 0xff01 && code <= 0xff5e ? String.fromCodePoint(code - 0xfee0) : c).toLowerCase();
};

const charsOf = (line: TextLine) => Array.from(line.text);

/** The area of some characters of a line, from `from` up to `to`. */
export function areaOf(line: TextLine, from: number, to: number): Area {
  const [x, y, w, h] = line.area as Area;
  if (line.ends.length === 0) return [x, y, w, h];
  const left = from === 0 ? x : (line.ends[from - 1] ?? x);
  const right = line.ends[to - 1] ?? x + w;
  return inside([left, y, right - left, h]);
}

/** Within the page, as the server wants it. */
export function inside([x, y, w, h]: Area): Area {
  const [left, top] = [Math.min(Math.max(x, 0), 0.995), Math.min(Math.max(y, 0), 0.995)];
  const round = (n: number) => Math.round(n * 1e5) / 1e5;
  return [round(left), round(top), round(Math.max(Math.min(w, 1 - left), 0.001)), round(Math.max(Math.min(h, 1 - top), 0.001))];
}

/** Every place where the words stand: a place that runs over several lines has several areas. */
export function placesOf(lines: TextLine[], asked: string): Area[][] {
  const q = Array.from(asked).filter((c) => c.trim() !== '').map(half).join('');
  if (q === '') return [];
  let plain = '';
  const from: [line: number, char: number][] = [];
  lines.forEach((line, l) =>
    charsOf(line).forEach((c, i) => {
      if (c.trim() === '') return;
      const folded = half(c);
      plain += folded;
      for (let n = 0; n < folded.length; n++) from.push([l, i]);
    }),
  );
  const found: Area[][] = [];
  for (let at = plain.indexOf(q); at >= 0; at = plain.indexOf(q, at + q.length)) {
    const parts = new Map<number, [number, number]>();
    for (const [l, i] of from.slice(at, at + q.length)) parts.set(l, [parts.get(l)?.[0] ?? i, i + 1]);
    found.push([...parts].flatMap(([l, [a, b]]) => (lines[l] ? [areaOf(lines[l], a, b)] : [])));
  }
  return found;
}

/** What stands within a rectangle. */
export function textWithin(lines: TextLine[], [x, y, w, h]: Area): string {
  const rows = lines.flatMap((line) => {
    const [, top, , tall] = line.area as Area;
    const middle = top + tall / 2;
    if (middle < y || middle > y + h) return [];
    const text = charsOf(line)
      .filter((_, i) => {
        const [left, , width] = areaOf(line, i, i + 1);
        const at = left + width / 2;
        return at >= x && at <= x + w;
      })
      .join('');
    return text ? [text] : [];
  });
  return rows.join('\n');
}

/** What is selected of the lines that stand in an element, each as `text[data-line]`. */
export function selected(within: Element, lines: TextLine[]): { quote: string; areas: Area[] } | undefined {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const areas: Area[] = [];
  const quote: string[] = [];
  for (const element of within.querySelectorAll<SVGTextElement>('text[data-line]')) {
    const node = element.firstChild;
    const line = lines[Number(element.dataset.line)];
    if (!node || !line || !range.intersectsNode(node)) continue;
    // Offsets count UTF-16 units, ends count characters.
    const units = (n: number) => Array.from(line.text.slice(0, n)).length;
    const from = node === range.startContainer ? units(range.startOffset) : 0;
    const to = node === range.endContainer ? units(range.endOffset) : charsOf(line).length;
    if (to <= from) continue;
    areas.push(areaOf(line, from, to));
    quote.push(charsOf(line).slice(from, to).join(''));
  }
  return areas.length > 0 ? { quote: quote.join('\n'), areas } : undefined;
}
