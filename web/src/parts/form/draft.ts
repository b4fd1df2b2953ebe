/** What a person has typed and not yet handed in. It is kept in this browser until it is done or cleared. */
import { useEffect, useReducer, useState } from 'react';
import type { Uploaded } from '../../api/client';
import type { Card, Value } from '../../api/types';

/** A material of the draft; its content is uploaded when it is chosen. */
export interface DraftMaterial {
  id: string;
  kind?: string;
  /** It must be issued with the act. */
  issued: boolean;
  name?: string;
  content?: Uploaded;
  /** Its content was uploaded too long ago: it must be chosen again. */
  gone?: boolean;
  title?: string;
  number?: string;
  date?: string;
  responsible?: string;
  /** The material that this one corrects; both stay. */
  corrects?: string;
  /** First and last page of the clerk's catalogue, where it is not counted on. */
  listed?: [number | undefined, number | undefined];
  about: string[];
  /** Index entries that differ from what the cards say, by `card.field`. */
  says: Card;
}

export interface Draft {
  /** The idempotency key: a request sent twice is carried out once. */
  key: string;
  case: Card;
  subjects: Record<string, Card>;
  fresh: Card[];
  materials: DraftMaterial[];
  how?: 'turn' | 'random' | 'manual';
  user?: string;
  units: Record<string, string>;
  reason: string;
  /** The subjects chosen; all where undefined. */
  chosen?: string[];
}

export type Change =
  | { to: 'case'; field: string; value: Value | undefined }
  | { to: 'subject'; subject: string; field: string; value: Value | undefined }
  | { to: 'fresh'; index: number; field: string; value: Value | undefined }
  | { to: 'fresh+'; /** As it was where it was. */ back?: { index: number; card: Card } }
  | { to: 'fresh-'; index: number }
  | { to: 'material'; id: string; change: Partial<DraftMaterial> }
  | { to: 'material+'; materials: DraftMaterial[]; /** Where; at the end where nothing is said. */ index?: number }
  | { to: 'material-'; id: string }
  | { to: 'rest'; change: Partial<Omit<Draft, 'case' | 'subjects' | 'fresh' | 'materials'>> }
  | { to: 'all'; draft: Draft };

const set = (card: Card, field: string, value: Value | undefined): Card => {
  const next = { ...card };
  if (value === undefined) delete next[field];
  else next[field] = value;
  return next;
};

export const newMaterial = (change: Partial<DraftMaterial>): DraftMaterial => ({
  id: crypto.randomUUID(),
  issued: false,
  about: [],
  says: {},
  ...change,
});

export function emptyDraft(issue: string[], opens: boolean, reason = ''): Draft {
  return {
    key: crypto.randomUUID(),
    case: {},
    subjects: {},
    fresh: opens ? [{}] : [],
    materials: issue.map((kind) => newMaterial({ kind, issued: true })),
    units: {},
    reason,
  };
}

function step(d: Draft, c: Change): Draft {
  switch (c.to) {
    case 'case':
      return { ...d, case: set(d.case, c.field, c.value) };
    case 'subject':
      return { ...d, subjects: { ...d.subjects, [c.subject]: set(d.subjects[c.subject] ?? {}, c.field, c.value) } };
    case 'fresh':
      return { ...d, fresh: d.fresh.map((f, i) => (i === c.index ? set(f, c.field, c.value) : f)) };
    case 'fresh+':
      return { ...d, fresh: c.back ? d.fresh.toSpliced(c.back.index, 0, c.back.card) : [...d.fresh, {}] };
    case 'fresh-':
      return { ...d, fresh: d.fresh.filter((_, i) => i !== c.index) };
    case 'material':
      return { ...d, materials: d.materials.map((m) => (m.id === c.id ? { ...m, ...c.change } : m)) };
    case 'material+':
      return { ...d, materials: d.materials.toSpliced(c.index ?? d.materials.length, 0, ...c.materials) };
    case 'material-':
      return { ...d, materials: d.materials.filter((m) => m.id !== c.id) };
    case 'rest':
      return { ...d, ...c.change };
    case 'all':
      return c.draft;
  }
}

/** The draft at a place; `clear` forgets it. */
export function useDraft(place: string, first: () => Draft) {
  const key = `xz.draft.${place}`;
  const [kept] = useState<Draft | undefined>(() => {
    try {
      const text = localStorage.getItem(key);
      return text ? (JSON.parse(text) as Draft) : undefined;
    } catch {
      return undefined;
    }
  });
  const [draft, change] = useReducer(step, undefined, () => kept ?? first());
  const [restored, setRestored] = useState(kept !== undefined);
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    if (!touched) return;
    try {
      localStorage.setItem(key, JSON.stringify(draft));
    } catch {
      // The browser keeps nothing: the draft lives as long as the page.
    }
  }, [draft, key, touched]);
  return {
    draft,
    restored,
    change: (c: Change) => {
      setTouched(true);
      // A changed request is another request.
      change(c);
      if (c.to !== 'rest' || c.change.key === undefined) change({ to: 'rest', change: { key: crypto.randomUUID() } });
    },
    clear: () => {
      setTouched(false);
      localStorage.removeItem(key);
    },
    /** Begins anew; what is returned brings back what stood there. */
    again: () => {
      setTouched(false);
      setRestored(false);
      localStorage.removeItem(key);
      change({ to: 'all', draft: first() });
      return () => {
        setTouched(true);
        setRestored(true);
        change({ to: 'all', draft });
      };
    },
  };
}
