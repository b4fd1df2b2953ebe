/** A field that holds rows with columns. */
import { Button } from 'antd';
import { useEffect, useId, useRef } from 'react';
import type { FieldForm, Value } from '../../api/types';
import { act as words } from '../../text/act';
import { useUndo } from '../undo';
import { Control } from './Field';

type Row = { [column: string]: Value };
const isRow = (v: Value): v is Row => typeof v === 'object' && v !== null && !Array.isArray(v);

export function Rows({ columns, value, onChange }: { columns: FieldForm[]; value: Value | undefined; onChange: (v: Value | undefined) => void }) {
  const id = useId();
  const rows = Array.isArray(value) ? value.filter(isRow) : [];
  const undoable = useUndo();
  // As they are when a row is brought back.
  const latest = useRef(rows);
  useEffect(() => {
    latest.current = rows;
  });
  const put = (next: Row[]) => onChange(next.length > 0 ? next : undefined);
  const set = (at: number, column: string, v: Value | undefined) =>
    put(
      rows.map((r, i) => {
        if (i !== at) return r;
        const next = { ...r };
        if (v === undefined) delete next[column];
        else next[column] = v;
        return next;
      }),
    );
  return (
    <div className="form">
      {rows.map((row, i) => (
        // Rows have no identity of their own.
        <div key={`${id}${i}`} className="rowline">
          {columns.map((c) => (
            <div key={c.id} className="field">
              <label htmlFor={`${id}${i}${c.id}`}>{c.name}</label>
              <Control id={`${id}${i}${c.id}`} field={c} value={row[c.id]} onChange={(v) => set(i, c.id, v)} />
            </div>
          ))}
          <Button
            onClick={() => {
              put(rows.filter((_, at) => at !== i));
              undoable(words.removedRow, () => put(latest.current.toSpliced(i, 0, row)));
            }}
          >
            {words.remove}
          </Button>
        </div>
      ))}
      <div>
        <Button size="small" onClick={() => onChange([...rows, {}])}>
          {words.row}
        </Button>
      </div>
    </div>
  );
}
