/** Going to the identity provider and coming back: where one was, why one is not in, whether one had left. */
import { frame } from '../text/frame';

const BACK = 'xz.back';
const LEFT = 'xz.left';
/** What the server puts into the address of the page where it leads back to. */
const PARAM = 'sign-in';

export type NotIn = keyof typeof frame.notIn;

/** Notes the present place, which lives as long as the tab. */
export function leave(): void {
  const { pathname, search } = window.location;
  sessionStorage.setItem(BACK, said() === undefined ? pathname + search : (sessionStorage.getItem(BACK) ?? '/'));
}

/** The place that was left, once; the start where the address only says why one was not in. */
export function placeLeft(): string | undefined {
  const place = sessionStorage.getItem(BACK) ?? undefined;
  sessionStorage.removeItem(BACK);
  return place ?? (said() === undefined ? undefined : '/');
}

/** What the address says: why nobody is signed in, or that a code is missing. */
export function said(): NotIn | 'code' | undefined {
  const why = new URLSearchParams(window.location.search).get(PARAM);
  if (why === null) return undefined;
  if (why === 'code') return why;
  return Object.hasOwn(frame.notIn, why) ? (why as NotIn) : 'failed';
}

/** Which request it was, where it failed: for whom one is told to call. */
export const request = (): string => new URLSearchParams(window.location.search).get('request') ?? '';

/** Who signs out is asked by the provider once more, too: the next one at this screen may be somebody else. */
export const left = {
  note: () => localStorage.setItem(LEFT, '1'),
  had: () => localStorage.getItem(LEFT) !== null,
  forget: () => localStorage.removeItem(LEFT),
};
