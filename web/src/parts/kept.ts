/** A small form that is kept in this browser until it is handed in: like the drafts of acts. */
import { useState } from 'react';
import { useUser } from './session';

export function useKept<T extends object>(place: string, first: T) {
  const key = `xz.draft.${useUser().id}.${place}`;
  const [[value, kept], setValue] = useState<[T, boolean]>(() => {
    try {
      const text = localStorage.getItem(key);
      return text ? [{ ...first, ...(JSON.parse(text) as Partial<T>) }, true] : [first, false];
    } catch {
      return [first, false];
    }
  });
  return {
    value,
    /** Something was typed and not handed in. */
    kept,
    set: (change: Partial<T>) => {
      const next = { ...value, ...change };
      setValue([next, true]);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // The browser keeps nothing: the form lives as long as the page.
      }
    },
    clear: () => {
      setValue([first, false]);
      localStorage.removeItem(key);
    },
  };
}
