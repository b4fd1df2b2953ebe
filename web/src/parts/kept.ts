/** A small form that is kept in this browser until it is handed in: like the drafts of acts. */
import { useState } from 'react';
import { useUser } from './session';

export function useKept<T extends object>(place: string, first: T) {
  const key = `xz.draft.${useUser().id}.${place}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(key);
      return text ? { ...first, ...(JSON.parse(text) as Partial<T>) } : first;
    } catch {
      return first;
    }
  });
  return {
    value,
    set: (change: Partial<T>) => {
      const next = { ...value, ...change };
      setValue(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // The browser keeps nothing: the form lives as long as the page.
      }
    },
    clear: () => {
      setValue(first);
      localStorage.removeItem(key);
    },
  };
}
