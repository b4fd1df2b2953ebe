/** The fields of one card; a long form can be searched and narrowed to what is still empty. */
import { Input, Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Card, FieldForm, Value } from '../../api/types';
import { act as words } from '../../text/act';
import { Field } from './Field';
import type { Faults } from './places';

/** From this many fields on there is a search. */
const MANY = 16;

interface Props {
  title: ReactNode;
  fields: FieldForm[];
  values: Card;
  /** What the card holds already. */
  held: Card;
  place: string;
  faults: Faults;
  onChange: (field: string, value: Value | undefined) => void;
  extra?: ReactNode;
}

export function CardFields({ title, fields, values, held, place, faults, onChange, extra }: Props) {
  const [text, setText] = useState('');
  const [empty, setEmpty] = useState(false);
  if (fields.length === 0) return null;
  const shown = fields.filter(
    (f) =>
      faults.has(`${place}.${f.id}`) ||
      ((!text || f.name.includes(text)) && (!empty || f.id in values || held[f.id] === undefined || held[f.id] === null)),
  );
  return (
    <section>
      <h3>
        {title}
        <span className="grow" />
        {extra}
      </h3>
      {fields.length >= MANY && (
        <div className="pagebar">
          <Input allowClear value={text} onChange={(e) => setText(e.target.value)} placeholder={words.find} aria-label={words.find} style={{ width: 200 }} />
          <Segmented
            value={empty ? 'empty' : 'all'}
            onChange={(v) => setEmpty(v === 'empty')}
            options={[
              { value: 'all', label: words.onlyAll },
              { value: 'empty', label: words.onlyEmpty },
            ]}
          />
        </div>
      )}
      <div className="grid">
        {shown.map((f) => (
          <Field
            key={f.id}
            field={f}
            at={`${place}.${f.id}`}
            value={f.id in values ? (values[f.id] ?? undefined) : (held[f.id] ?? undefined)}
            faults={faults.get(`${place}.${f.id}`)}
            // Emptying what the card holds is a change of its own.
            onChange={(v) => onChange(f.id, v === undefined && held[f.id] !== undefined ? null : v)}
          />
        ))}
      </div>
    </section>
  );
}
