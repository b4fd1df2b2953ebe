/** The page itself, or the film, or the recording. The next pages are fetched before they are asked for. */
import { Button } from 'antd';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Material } from '../../api/types';
import { reader as words } from '../../text/reader';

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
  next: Material | undefined;
}

/** Widths asked for: few, so that images are drawn once. */
const WIDTHS = [800, 1200, 1600, 2400, 3200];
const AHEAD = 3;

const wanted = (pixels: number) => WIDTHS.find((w) => w >= pixels) ?? 3200;
const address = (file: string, m: string, page: number, width: number) => `/api/files/${file}/materials/${m}/pages/${page}?width=${width}`;

export function Stage({ file, m, page, view, next }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 800, height: 1000 });
  const [shape, setShape] = useState(1.414);
  const [failed, setFailed] = useState(false);
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
  const pixels = wanted(width * Math.min(window.devicePixelRatio, 2));
  useEffect(() => {
    setFailed(false);
    box.current?.scrollTo(0, 0);
  }, [m.id, page]);
  useEffect(() => {
    const coming: [string, number][] = [];
    for (let n = 1; n <= AHEAD; n++) {
      if (page + n <= m.pages) coming.push([m.id, page + n]);
      else if (next && next.pages > 0) coming.push([next.id, page + n - m.pages]);
    }
    for (const [id, n] of coming) new Image().src = address(file, id, n, pixels);
  }, [file, m, page, next, pixels]);
  const content = `/api/files/${file}/materials/${m.id}/content`;
  return (
    <main className="stage" ref={box} tabIndex={0} aria-label={m.title}>
      {m.media.startsWith('video/') ? (
        <video key={m.id} src={content} controls />
      ) : m.media.startsWith('audio/') ? (
        <audio key={m.id} src={content} controls />
      ) : m.pages === 0 || failed ? (
        <p className="empty">
          {failed ? words.failed : words.noPages}{'　'}
          <Button href={content} download>
            {words.download}
          </Button>
        </p>
      ) : (
        <img
          src={address(file, m.id, page, pixels)}
          alt={`${m.title} ${words.page(page, m.pages)}`}
          width={width}
          height={Math.round(width * shape)}
          onLoad={(e) => setShape(e.currentTarget.naturalHeight / e.currentTarget.naturalWidth)}
          onError={() => setFailed(true)}
          style={
            view.turn === 0
              ? undefined
              : { transform: `rotate(${view.turn}deg)`, margin: lying ? `${(width - width * shape) / 2}px ${(width * shape - width) / 2}px` : undefined }
          }
        />
      )}
    </main>
  );
}
