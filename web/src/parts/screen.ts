/** What the page is shown on. */
import { useSyncExternalStore } from 'react';

/** Too narrow for two things beside each other. */
export const narrow = window.matchMedia('(max-width:900px)');

/** Whether it is so, now and whenever it changes. */
export function useMatches(query: MediaQueryList): boolean {
  return useSyncExternalStore(
    (tell) => {
      query.addEventListener('change', tell);
      return () => query.removeEventListener('change', tell);
    },
    () => query.matches,
  );
}
