/** What lies on a page image: its text for selecting, what was found, what was marked. */
import { type RefObject, useMemo } from 'react';
import type { Area, Note, TextLine } from '../../api/types';
import { notes as words } from '../../text/reader';
import { placesOf } from './find';

interface Props {
  lines: TextLine[];
  /** Height of the page as part of its width. */
  shape: number;
  q: string;
  marks: Note[];
  picked: Area[];
  words: RefObject<SVGSVGElement | null>;
}

const WIDTH = 1000;
/** Where the characters stand on, as part of a line's height. */
const BASE = 0.86;

const Box = ({ area: [x, y, w, h], shape, name }: { area: Area; shape: number; name: string }) => (
  <rect className={name} x={x * WIDTH} y={y * WIDTH * shape} width={w * WIDTH} height={h * WIDTH * shape} />
);

export function Layers({ lines, shape, q, marks, picked, words: ref }: Props) {
  const hits = useMemo(() => placesOf(lines, q).flat(), [lines, q]);
  const height = WIDTH * shape;
  return (
    <svg className="layers" viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" ref={ref}>
      {marks.flatMap((n) => n.areas.map((a, i) => <Box key={`${n.id}${i}`} area={a as Area} shape={shape} name={`mark ${n.kind}`} />))}
      {hits.map((a, i) => (
        <Box key={i} area={a} shape={shape} name="hit" />
      ))}
      {lines.map((line, i) => {
        const [x, y, w, h] = line.area as Area;
        return (
          <text
            key={i}
            data-line={i}
            x={x * WIDTH}
            y={(y + h * BASE) * height}
            fontSize={h * height}
            textLength={w * WIDTH}
            lengthAdjust="spacingAndGlyphs"
          >
            {line.text}
          </text>
        );
      })}
      {picked.map((a, i) => (
        <Box key={i} area={a} shape={shape} name="picked" />
      ))}
    </svg>
  );
}

/** Height of a flag as part of a page's. */
const FLAG = 0.045;

/** One flag for each note at the edge of the page; it opens the note. */
export function Flags({ notes, open }: { notes: Note[]; open: (note: Note) => void }) {
  let last = -FLAG;
  const placed = notes
    .map((n) => ({ n, top: Math.min(...n.areas.map((a) => a[1] ?? 0), 1) % 1 }))
    .sort((a, b) => a.top - b.top)
    .map(({ n, top }) => {
      last = Math.max(top, last + FLAG);
      return { n, top: last };
    });
  return (
    <>
      {placed.map(({ n, top }) => {
        const kind = words.kinds[n.kind] ?? n.kind;
        return (
          <button
            key={n.id}
            type="button"
            className={`flag ${n.kind}`}
            style={{ top: `${top * 100}%` }}
            onClick={() => open(n)}
            title={n.text || n.quote || kind}
            aria-label={`${kind} ${n.text || n.quote}`.trim()}
          >
            {kind.slice(0, 1)}
          </button>
        );
      })}
    </>
  );
}
