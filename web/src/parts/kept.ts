/** A small form that is kept in this browser until it is handed in: like the drafts of acts. */
import { useState } from 'react';
import { useUser } from './session';

export function useKept<T extends object>(place: string, first: T) {
  const key = `xz.draft.${useUser().id}.${place}`;
  // Only what was typed: the other fields follow what others change meanwhile.
  const [typed, setTyped] = useState<Partial<T>>(() => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<T>;
    } catch {
      return {};
    }
  });
  return {
    value: { ...first, ...typed },
    /** Something was typed and not handed in. */
    kept: Object.keys(typed).length > 0,
    set: (change: Partial<T>) => {
      const next = { ...typed, ...change };
      setTyped(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // The browser keeps nothing: the form lives as long as the page.
      }
    },
    clear: () => {
      setTyped({});
      localStorage.removeItem(key);
    },
  };
}
