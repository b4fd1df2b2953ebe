/** Choices of appearance, remembered per person in this browser. */
import { createContext, useContext } from 'react';

export interface Prefs {
  dark: 'auto' | 'light' | 'dark';
  compact: boolean;
}

const DEFAULT: Prefs = { dark: 'auto', compact: false };
const key = (user: string | undefined) => `xz.prefs.${user ?? 'last'}`;

export function loadPrefs(user: string | undefined): Prefs {
  try {
    const text = localStorage.getItem(key(user)) ?? localStorage.getItem(key(undefined));
    return text ? { ...DEFAULT, ...(JSON.parse(text) as Partial<Prefs>) } : DEFAULT;
  } catch {
    return DEFAULT;
  }
}

export function savePrefs(user: string | undefined, prefs: Prefs): void {
  try {
    for (const k of [key(user), key(undefined)]) localStorage.setItem(k, JSON.stringify(prefs));
  } catch {
    // A browser that keeps nothing forgets the choice; nothing else is lost.
  }
}

export const PrefsContext = createContext<{ prefs: Prefs; set: (p: Prefs) => void }>({ prefs: DEFAULT, set: () => {} });
export const usePrefs = () => useContext(PrefsContext);
