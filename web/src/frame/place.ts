/** Where a page was scrolled to: there again when one comes back, at its top when one comes to it anew. */
import { type RefObject, useLayoutEffect, useRef } from 'react';
import { NavigationType, useLocation, useNavigationType } from 'react-router';

/** Places by the entry of the browser's history, kept with the tab. */
const KEY = 'xz.places';
const places = new Map<string, number>(read());
window.addEventListener('pagehide', () => sessionStorage.setItem(KEY, JSON.stringify([...places])));

function read(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as [string, number][];
  } catch {
    return [];
  }
}

/** What begins at its top: a page, and a part of a long list. An act opens over its case, which stays where it is. */
const pageOf = (pathname: string, search: string) => `${pathname.replace(/^(\/files\/[^/]+)\/(do|start)\/.*$/, '$1')} ${new URLSearchParams(search).get('from') ?? ''}`;

export function usePlace(area: RefObject<HTMLElement | null>): void {
  const { key, pathname, search } = useLocation();
  const how = useNavigationType();
  const page = pageOf(pathname, search);
  // An address that was typed begins a history of its own.
  const entry = `${key} ${pathname}`;
  const shown = useRef<string>(undefined);
  useLayoutEffect(() => {
    const work = area.current;
    if (!work) return;
    const fresh = shown.current !== page;
    shown.current = page;
    const back = how === NavigationType.Pop ? places.get(entry) : undefined;
    const wanted = back ?? (fresh ? 0 : work.scrollTop);
    const go = () => {
      work.scrollTop = wanted;
      return Math.abs(work.scrollTop - wanted) <= 1;
    };
    const keep = () => places.set(entry, work.scrollTop);
    // What is longer than what has been read so far is gone on with as it comes, unless somebody scrolls.
    const grows = new MutationObserver(() => go() && settle());
    const stop = new AbortController();
    const settle = () => {
      grows.disconnect();
      stop.abort();
      keep();
      work.addEventListener('scroll', keep);
    };
    if (go()) settle();
    else {
      grows.observe(work, { childList: true, subtree: true });
      for (const act of ['wheel', 'touchmove', 'pointerdown', 'keydown']) work.addEventListener(act, settle, { passive: true, signal: stop.signal });
    }
    return () => {
      grows.disconnect();
      stop.abort();
      work.removeEventListener('scroll', keep);
    };
  }, [area, entry, how, page]);
}
