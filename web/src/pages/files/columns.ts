/** Which columns are shown, in which order and how wide: kept in this browser, for each person. */
import { useEffect, useMemo, useState } from 'react';
import type { ListField } from '../../api/types';
import { files as words } from '../../text/files';

/** Columns that every file has. The first stays in view. */
const OWN = ['stage', 'due', 'handlers', 'unit', 'opened', 'updated'];
export const FIRST = 'title';
const DEFAULT = ['stage', 'due', 'handlers', 'unit', 'updated'];
export const WIDTHS: Record<string, number> = { title: 260, stage: 220, due: 230, handlers: 120, unit: 200, opened: 130, updated: 150 };
export const WIDTH = 180;
export const LEAST = 80;

export interface Column {
  key: string;
  name: string;
  /** What the server sorts by; none where it does not. */
  sort?: string;
  field?: ListField;
}

interface Kept {
  keys: string[];
  widths: Record<string, number>;
}

const place = (user: string) => `xz.list.${user}`;

function load(user: string): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(place(user)) ?? '{}') as Partial<Kept>;
    return { keys: kept.keys ?? DEFAULT, widths: kept.widths ?? {} };
  } catch {
    return { keys: DEFAULT, widths: {} };
  }
}

export interface Columns {
  shown: Column[];
  all: Column[];
  widths: Record<string, number>;
  set: (keys: string[]) => void;
  reset: () => void;
  widen: (key: string, width: number) => void;
}

/** The columns; those named in the address (of a saved view) come before what this browser keeps. */
export function useColumns(user: string, fields: ListField[], named: string | null, rename: (keys: string | undefined) => void): Columns {
  const [kept, setKept] = useState(() => load(user));
  useEffect(() => {
    try {
      localStorage.setItem(place(user), JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing forgets the columns; nothing else is lost.
    }
  }, [user, kept]);
  const all = useMemo(() => {
    const sorts: Record<string, string> = { due: 'due', opened: 'opened', updated: 'updated' };
    const own = OWN.map((key): Column => ({ key, name: words.columns[key] ?? key, sort: sorts[key] }));
    const cards = fields.filter((f) => f.listable).map((field): Column => ({ key: field.key, name: field.field.name, sort: field.sortable ? field.key : undefined, field }));
    return [...own, ...cards];
  }, [fields]);
  const keys = named ? named.split(',') : kept.keys;
  const shown = keys.flatMap((k) => all.find((c) => c.key === k) ?? []);
  const set = (next: string[]) => {
    setKept({ ...kept, keys: next });
    if (named) rename(next.join(','));
  };
  return {
    shown,
    all,
    widths: kept.widths,
    set,
    reset: () => {
      setKept({ keys: DEFAULT, widths: {} });
      if (named) rename(undefined);
    },
    widen: (key, width) => setKept((k) => ({ ...k, widths: { ...k.widths, [key]: Math.max(LEAST, Math.round(width)) } })),
  };
}
