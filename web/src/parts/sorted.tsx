/** A table that is whole on its page, sorted by a column; the order stands in the address. */
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { files as words } from '../text/files';

export interface Column<T> {
  key: string;
  name: string;
  /** By what it is sorted; without, it is not. Days and moments sort as texts. */
  by?: (row: T) => string | number | undefined;
  className?: string;
}

const PARAM = 'sort';
/** As people read: numbers within words by their size, Chinese by its sound. */
const order = new Intl.Collator('zh-CN', { numeric: true });

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return order.compare(String(a), String(b));
}

/** The rows in order, and the heads of the columns. Rows without a value stand at the end, whichever way. */
export function useSorted<T>(rows: T[], columns: Column<T>[]): { rows: T[]; heads: ReactNode } {
  const [params, setParams] = useSearchParams();
  const asked = params.get(PARAM) ?? '';
  const down = asked.startsWith('-');
  const sorted = columns.find((c) => c.by && c.key === asked.replace(/^-/, ''));
  const by = sorted?.by;
  const put = (key: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.set(PARAM, asked === key ? `-${key}` : key);
        return next;
      },
      { replace: true },
    );
  const empty = (v: string | number | undefined) => v === undefined || v === '';
  const inOrder = by
    ? rows.toSorted((a, b) => {
        const [x, y] = [by(a), by(b)];
        return Number(empty(x)) - Number(empty(y)) || (down ? compare(y, x) : compare(x, y));
      })
    : rows;
  const heads = columns.map((c) => {
    const state = c !== sorted ? 'none' : down ? 'descending' : 'ascending';
    return (
      <th key={c.key} scope="col" className={c.className} aria-sort={c.by && state}>
        {c.by ? (
          <button type="button" onClick={() => put(c.key)} title={words.sortBy(c.name)}>
            {c.name}
            <span aria-hidden>{state === 'ascending' ? ' ▲' : state === 'descending' ? ' ▼' : ''}</span>
          </button>
        ) : (
          c.name
        )}
      </th>
    );
  });
  return { rows: inOrder, heads };
}
