/** The keyboard of the reader. */
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Area } from '../../api/types';

/** What keys mean; told whether the key is held down. */
export type Keys = Record<string, ((held: boolean) => void) | undefined>;

/** Keys that go on while they are held down. */
const ON = new Set(['j', 'k', 'ArrowRight', 'ArrowLeft', 'PageDown', 'PageUp', '[', ']', '+', '=', '-', ',', '.']);

const STEP = 0.02;
const LEAST = 0.02;
/** Where a rectangle begins that is drawn with the arrow keys. */
export const FIRST: Area = [0.3, 0.4, 0.4, 0.1];

/** The rectangle after an arrow key: moved, or with Shift made larger or smaller. */
export function moved([x, y, w, h]: Area, key: string, grows: boolean): Area | undefined {
  const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[key];
  if (!by) return undefined;
  const [dx = 0, dy = 0] = by;
  const between = (n: number, low: number, high: number) => Math.min(high, Math.max(low, n));
  return grows ? [x, y, between(w + dx, LEAST, 1 - x), between(h + dy, LEAST, 1 - y)] : [between(x + dx, 0, 1 - w), between(y + dy, 0, 1 - h), w, h];
}

/** Calls what a key means, unless somebody types, or a dialog or a menu is open. `arrows` is asked first. */
export function useKeys(keys: Keys, arrows: (key: string, shift: boolean) => boolean): void {
  const latest = useRef({ keys, arrows });
  // In the moment it is drawn: the next key may come before effects that wait for a pause.
  useLayoutEffect(() => {
    latest.current = { keys, arrows };
  });
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
      const on = e.target instanceof HTMLElement ? e.target : undefined;
      if (on?.closest('.ant-modal, .ant-select-dropdown, .ant-dropdown, .ant-dropdown-open')) return;
      if (on?.matches('input, textarea, select')) {
        if (e.key === 'Escape') on.blur();
        return;
      }
      // A player and a button keep the keys that are theirs.
      if (on?.matches('video, audio') && (e.key === ' ' || e.key.startsWith('Arrow'))) return;
      if (on?.closest('button, a, summary') && (e.key === ' ' || e.key === 'Enter')) return;
      if (latest.current.arrows(e.key, e.shiftKey)) return e.preventDefault();
      const act = latest.current.keys[e.key];
      if (!act) return;
      e.preventDefault();
      if (!e.repeat || ON.has(e.key)) act(e.repeat);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
