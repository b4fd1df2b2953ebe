/** One pane: the page itself, or the film, or the recording. */
import { Button } from 'antd';
import { type PointerEvent, type RefObject, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { usePageText } from '../../api/queries';
import type { Area, Material, Note } from '../../api/types';
import { isRecording } from '../../parts/cite';
import { common } from '../../text/common';
import { notes as noteWords, reader as words } from '../../text/reader';
import { inside, selected, textWithin } from './find';
import { address, ahead, contentOf, only, wanted } from './images';
import { shown } from './shown';
import { Flags, Layers } from './Layers';
import type { Picked } from './place';
import { Player } from './Player';

export interface View {
  fit: 'page' | 'width';
  zoom: number;
  turn: number;
}

interface Props {
  file: string;
  m: Material;
  page: number;
  view: View;
  before: Material | undefined;
  next: Material | undefined;
  /** The page that is shown, `M1.2`: whoever holds a key down waits for each. */
  drawn: RefObject<string>;
  /** Name of the pane, where there are two. */
  name?: string;
  active: boolean;
  activate: () => void;
  marks: Note[];
  q: string;
  at: number | undefined;
  picked: Picked | undefined;
  pick: (p: Picked | undefined) => void;
  /** A rectangle is being drawn: by hand, or with the arrow keys. */
  drawing: Area | undefined;
  player: RefObject<HTMLMediaElement | null>;
  markTime: () => void;
  excerptTime: () => void;
  open: (note: Note) => void;
}

/** Pages fetched in the direction in which somebody reads. */
const AHEAD = 6;
/** How long a page lies open before its text is asked for. */
const REST = 150;
/** What is smaller was a click. */
const LEAST = 0.008;

const NOTHING = { src: '', page: '' };

function useSettled<T>(value: T): T | undefined {
  const [settled, setSettled] = useState<T>();
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), REST);
    return () => window.clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Where a pointer is on a page that may be turned. */
function onPage(e: { clientX: number; clientY: number }, box: DOMRect, turn: number): [number, number] {
  const u = (e.clientX - box.left) / box.width;
  const v = (e.clientY - box.top) / box.height;
  const [x, y] = turn === 90 ? [v, 1 - u] : turn === 180 ? [1 - u, 1 - v] : turn === 270 ? [1 - v, u] : [u, v];
  return [Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y))];
}

export function Stage(props: Props) {
  const { file, m, page, view, before, next, drawn: lies, name, active, activate, marks, q, at, picked, pick, drawing, player, markTime, excerptTime, open } = props;
  const box = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const [room, setRoom] = useState({ width: 800, height: 1000 });
  const [shape, setShape] = useState(1.414);
  const [failed, setFailed] = useState(false);
  const [drawn, setDrawn] = useState<Area>();
  /** The image on the leaf, and the page that it shows. */
  const [onLeaf, setOnLeaf] = useState(NOTHING);
  const loaded = onLeaf.src;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setRoom({ width: element.clientWidth - 24, height: element.clientHeight - 24 });
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const lying = view.turn % 180 !== 0;
  const [w, h] = lying ? [room.height, room.width] : [room.width, room.height];
  const base = view.fit === 'width' ? w : Math.min(w, h / shape);
  const width = Math.max(100, Math.round(base * view.zoom));
  const height = Math.round(width * shape);
  const pixels = wanted(width * Math.min(window.devicePixelRatio, 2));
  const src = address(file, m.id, page, pixels);
  const here = `${m.id}.${page}`;
  // What is marked on a page lies on that page's image alone.
  const there = onLeaf.page === here;
  const late = useSettled(here) === here && !there;
  useEffect(() => {
    setFailed(false);
    box.current?.scrollTo(0, 0);
  }, [m.id, page]);
  const told = useRef('');
  useEffect(() => {
    // Another width of the same page is the same page.
    if (loaded !== src || told.current === here) return;
    told.current = here;
    shown(file, m.id, page);
  }, [loaded, src, file, m.id, page, here]);
  useEffect(() => {
    if (loaded === src || failed || m.pages === 0) lies.current = here;
  }, [lies, loaded, src, failed, m, here]);
  // Who leafs back wants the pages before.
  const [way, setWay] = useState({ m, page, back: false });
  if (way.m.id !== m.id || way.page !== page) setWay({ m, page, back: way.m.id === m.id ? page < way.page : way.m.id === next?.id });
  const pane = useId();
  const near = useMemo(() => {
    const at = (n: number) => {
      const p = page + (way.back ? -n : n);
      const [of, number] = p < 1 ? [before, (before?.pages ?? 0) + p] : p > m.pages ? [next, p - m.pages] : [m, p];
      return of && number >= 1 && number <= of.pages ? [address(file, of.id, number, pixels)] : [];
    };
    return [at(1), [...at(2), ...at(3)], at(-1), ...Array.from({ length: AHEAD - 3 }, (_, n) => at(n + 4))];
  }, [file, m, page, before, next, pixels, way.back]);
  useEffect(() => only([src, ...near.flat()], pane), [src, near, pane]);
  // The neighbours wait until the page itself is there.
  useEffect(() => (loaded === src ? ahead(near, pane) : undefined), [loaded, src, near, pane]);
  const rests = useSettled(src) === src && loaded === src;
  const text = usePageText(file, m.id, page, m.pages > 0 && rests);
  const lines = text.data ?? [];

  const content = contentOf(file, m.id);
  const start = useRef<[number, number]>(undefined);
  const corner = (e: PointerEvent) => {
    const element = sheet.current;
    return element ? onPage(e, element.getBoundingClientRect(), view.turn) : undefined;
  };
  /** A selection may end anywhere. */
  const choose = () => {
    const chosen = svg.current && selected(svg.current, lines);
    pick(chosen ? { material: m.id, page, ...chosen } : undefined);
  };
  const down = (e: PointerEvent) => {
    activate();
    const target = e.target as Element;
    if (e.button !== 0 || target.closest('button')) return;
    // Words are selected by hand, everything else is marked with a rectangle; fingers scroll.
    if (!drawing && e.pointerType === 'touch') return;
    if (!drawing && target.tagName === 'text') return window.addEventListener('pointerup', choose, { once: true });
    window.getSelection()?.removeAllRanges();
    start.current = corner(e);
    sheet.current?.setPointerCapture(e.pointerId);
    e.preventDefault();
    box.current?.focus({ preventScroll: true });
  };
  const rectangle = (e: PointerEvent): Area | undefined => {
    const [a, b] = [start.current, corner(e)];
    return a && b && [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
  };
  const up = (e: PointerEvent) => {
    if (!start.current) return;
    const area = rectangle(e);
    start.current = undefined;
    setDrawn(undefined);
    if (area && area[2] > LEAST && area[3] > LEAST / shape) pick({ material: m.id, page, quote: textWithin(lines, area), areas: [inside(area)] });
    else if (!drawing) pick(undefined);
  };
  const title = name ? `${name} ${m.title}` : m.title;
  const frame = drawn ?? drawing;
  return (
    <main className={`stage${active && name ? ' active' : ''}`} ref={box} tabIndex={0} aria-label={title} onFocus={activate} onPointerDown={activate}>
      {isRecording(m) ? (
        <Player src={content} m={m} at={at} marks={marks} player={player} markTime={markTime} excerpt={excerptTime} />
      ) : m.pages === 0 || failed ? (
        <p className="empty">
          {failed ? words.failed : words.noPages}{'　'}
          {failed && (
            <>
              <Button onClick={() => setFailed(false)}>{common.retry}</Button>{' '}
            </>
          )}
          <Button href={content} download>
            {words.download}
          </Button>
        </p>
      ) : (
        <div
          className={drawing ? 'leaf drawing' : 'leaf'}
          ref={sheet}
          onPointerDown={down}
          onPointerMove={(e) => start.current && setDrawn(rectangle(e))}
          onPointerUp={up}
          onPointerCancel={() => {
            start.current = undefined;
            setDrawn(undefined);
          }}
          style={{
            width,
            height,
            transform: view.turn === 0 ? undefined : `rotate(${view.turn}deg)`,
            margin: lying ? `${(width - height) / 2}px ${(height - width) / 2}px` : undefined,
          }}
        >
          <img
            src={src}
            alt={`${m.title} ${words.page(page, m.pages)}`}
            width={width}
            height={height}
            draggable={false}
            className={late ? 'old' : undefined}
            onLoad={(e) => {
              setShape(e.currentTarget.naturalHeight / e.currentTarget.naturalWidth);
              setOnLeaf({ src, page: here });
            }}
            onError={() => {
              setFailed(true);
              setOnLeaf(NOTHING);
            }}
          />
          <Layers
            lines={loaded === src ? lines : []}
            shape={shape}
            q={q}
            marks={there ? marks : []}
            picked={there ? [...(picked?.areas ?? []), ...(frame ? [frame] : [])] : []}
            words={svg}
          />
          <Flags notes={there ? marks : []} open={open} />
          {late && (
            <p className="coming soft" role="status">
              {words.coming(page)}
            </p>
          )}
          {drawing && <p className="hidden" role="status">{noteWords.drawing}</p>}
        </div>
      )}
    </main>
  );
}
