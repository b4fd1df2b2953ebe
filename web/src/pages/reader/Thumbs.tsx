/** Small images of all pages; only those in sight are asked for. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Material } from '../../api/types';
import { reader as words } from '../../text/reader';
import { thumbnail } from './images';
import type { Place } from './place';

const ACROSS = 2;
const HEAD = 28;
const ROW = 178;

interface Props {
  file: string;
  materials: Material[];
  current: Place;
  go: (place: Place) => void;
}

type Row = { title: string } | { places: Place[]; of: Material };

export function Thumbs({ file, materials, current, go }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(
    () =>
      materials
        .filter((m) => m.pages > 0)
        .flatMap((m): Row[] => [
          { title: m.title },
          ...Array.from({ length: Math.ceil(m.pages / ACROSS) }, (_, r) => ({
            of: m,
            places: Array.from({ length: Math.min(ACROSS, m.pages - r * ACROSS) }, (_, c) => ({ material: m.id, page: r * ACROSS + c + 1 })),
          })),
        ]),
    [materials],
  );
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => (rows[i] && 'title' in rows[i] ? HEAD : ROW),
    overscan: 1,
  });
  const at = rows.findIndex((r) => 'of' in r && r.of.id === current.material && r.places.some((p) => p.page === current.page));
  useEffect(() => {
    if (at >= 0) list.scrollToIndex(at, { align: 'auto' });
  }, [at, list]);
  return (
    <div className="thumbs" ref={scroller} tabIndex={0} role="region" aria-label={words.thumbs}>
      <div style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return (
            <div key={item.key} className="thumb-row" style={{ transform: `translateY(${item.start}px)`, height: item.size }}>
              {row && 'title' in row ? (
                <h2>{row.title}</h2>
              ) : (
                row?.places.map((p) => (
                  <button
                    key={p.page}
                    type="button"
                    aria-current={p.material === current.material && p.page === current.page}
                    aria-label={`${row.of.title} ${words.page(p.page, row.of.pages)}`}
                    onClick={() => go(p)}
                  >
                    <Thumb key={p.material} src={thumbnail(file, p.material, p.page)} />
                    <span className="num">{p.page}</span>
                  </button>
                ))
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Thumb({ src }: { src: string }) {
  const [failed, setFailed] = useState(false);
  if (failed) return <span className="no-thumb">{words.thumbFailed}</span>;
  return <img src={src} alt="" loading="lazy" fetchPriority="low" onError={() => setFailed(true)} />;
}
