import { Button, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { CaseFile, Material } from '../../api/types';
import { reader as words } from '../../text/reader';
import { Stage, type View } from './Stage';
import { Tree } from './Tree';

interface Props {
  file: CaseFile;
  materials: Material[];
  m: Material;
  page: number;
  go: (material: string, page: number) => void;
  leave: () => void;
}

const STEP = 1.2;

export function Desk({ file, materials, m, page, go, leave }: Props) {
  const [view, setView] = useState<View>({ fit: 'page', zoom: 1, turn: 0 });
  const [alone, setAlone] = useState(false);
  const [help, setHelp] = useState(false);
  const find = useRef<HTMLInputElement>(null);
  const at = materials.indexOf(m);
  const turnTo = (p: number) => {
    if (p >= 1 && p <= m.pages) go(m.id, p);
    else {
      // Past the end of a material comes the next one.
      const next = materials[at + (p < 1 ? -1 : 1)];
      if (next) go(next.id, p < 1 ? Math.max(1, next.pages) : 1);
    }
  };
  const other = (by: number) => {
    const next = materials[at + by];
    if (next) go(next.id, 1);
  };
  const zoom = (by: number) => setView((v) => ({ ...v, zoom: Math.min(6, Math.max(0.3, v.zoom * by)) }));
  const fit = () => setView((v) => ({ ...v, zoom: 1, fit: v.fit === 'page' ? 'width' : 'page' }));
  const turn = () => setView((v) => ({ ...v, turn: (v.turn + 90) % 360 }));
  const keys: Record<string, () => void> = {
    j: () => turnTo(page + 1),
    k: () => turnTo(page - 1),
    ArrowRight: () => turnTo(page + 1),
    ArrowLeft: () => turnTo(page - 1),
    PageDown: () => turnTo(page + 1),
    PageUp: () => turnTo(page - 1),
    '[': () => other(-1),
    ']': () => other(1),
    '+': () => zoom(STEP),
    '=': () => zoom(STEP),
    '-': () => zoom(1 / STEP),
    f: fit,
    r: turn,
    c: () => setAlone((a) => !a),
    '/': () => {
      setAlone(false);
      find.current?.focus();
    },
    '?': () => setHelp((h) => !h),
    Escape: () => (help ? setHelp(false) : leave()),
  };
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      const typing = e.target instanceof HTMLElement && e.target.matches('input, textarea, select, video, audio');
      if (typing) {
        if (e.key === 'Escape' && e.target instanceof HTMLElement) e.target.blur();
        return;
      }
      const act = latest.current[e.key];
      if (!act) return;
      e.preventDefault();
      act();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return (
    <div className={alone ? 'reader alone' : 'reader'}>
      <header className="tools">
        <Button onClick={leave} type="text">
          {words.back}
        </Button>
        <h1>{m.title}</h1>
        <span className="grow" />
        {m.pages > 0 && (
          <>
            <Button type="text" onClick={() => turnTo(page - 1)}>
              {words.previous}
            </Button>
            <span className="num" aria-live="polite">
              {words.page(page, m.pages)}
            </span>
            <Button type="text" onClick={() => turnTo(page + 1)}>
              {words.next}
            </Button>
            <Button type="text" onClick={() => zoom(1 / STEP)}>
              {words.smaller}
            </Button>
            <Button type="text" onClick={() => zoom(STEP)}>
              {words.larger}
            </Button>
            <Button type="text" onClick={fit}>
              {view.fit === 'page' ? words.fitWidth : words.fit}
            </Button>
            <Button type="text" onClick={turn}>
              {words.rotate}
            </Button>
          </>
        )}
        <Button type="text" onClick={() => setAlone(!alone)}>
          {words.catalogue}
        </Button>
        <Button type="text" onClick={() => setHelp(true)}>
          {words.help}
        </Button>
      </header>
      <Tree file={file} current={m} go={go} find={find} />
      <Stage file={file.row.id} m={m} page={page} view={view} next={materials[at + 1]} />
      <Modal open={help} onCancel={() => setHelp(false)} footer={null} title={words.help} width={420}>
        <dl className="keys">
          {words.keys.map(([key, what]) => (
            <div key={key} style={{ display: 'contents' }}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Modal>
    </div>
  );
}
