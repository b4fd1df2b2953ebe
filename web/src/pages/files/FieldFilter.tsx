/** A condition on any card field: the field, then what its type can be asked. */
import { Button, DatePicker, Input, InputNumber, Popover, Select } from 'antd';
import dayjs from 'dayjs';
import { type ReactNode, useId, useState } from 'react';
import type { ListField } from '../../api/types';
import { Control } from '../../parts/form/Field';
import { act } from '../../text/act';
import { filters as words } from '../../text/files';
import { type FieldTest, SPANS, type SpanOf } from './query';

type Way = 'is' | 'has' | 'range' | 'known' | 'unknown';

/** What a field can be asked; the first is what is asked mostly. */
function waysOf(field: ListField): Way[] {
  if (field.personal) return ['is', 'known', 'unknown'];
  switch (field.field.type) {
    case 'text':
    case 'table':
      return ['has', 'is', 'known', 'unknown'];
    case 'int':
    case 'fen':
    case 'date':
    case 'moment':
      return ['range', 'known', 'unknown'];
    default:
      return ['is', 'known', 'unknown'];
  }
}

interface Props {
  fields: ListField[];
  onAdd: (key: string, test: FieldTest) => void;
  /** A time of the case itself, from one day to another. */
  onSpan: (of: SpanOf, from: string | undefined, to: string | undefined) => void;
}

export function FieldFilter({ fields, onAdd, onSpan }: Props) {
  const [open, setOpen] = useState(false);
  const add = (key: string, test: FieldTest) => {
    onAdd(key, test);
    setOpen(false);
  };
  const span: Props['onSpan'] = (of, from, to) => {
    onSpan(of, from, to);
    setOpen(false);
  };
  return (
    <Popover trigger="click" open={open} onOpenChange={setOpen} placement="bottomRight" destroyOnHidden content={<Panel fields={fields} onAdd={add} onSpan={span} />}>
      <Button>+ {words.add}</Button>
    </Popover>
  );
}

function Panel({ fields, onAdd, onSpan }: Props) {
  const id = useId();
  const [key, setKey] = useState<string>();
  const [way, setWay] = useState<Way>('is');
  const [test, setTest] = useState<FieldTest>({});
  const cards = [...new Set(fields.map((f) => f.card_name))];
  const field = fields.find((f) => f.key === key);
  const time = SPANS.find((s) => s === key);
  const choose = (next: string) => {
    const f = fields.find((x) => x.key === next);
    setKey(next);
    setWay((f && waysOf(f)[0]) ?? 'is');
    setTest({});
  };
  const finished: FieldTest = way === 'known' ? { known: true } : way === 'unknown' ? { known: false } : test;
  const ready = key !== undefined && Object.keys(finished).length > 0;
  return (
    <form
      className="panel"
      onSubmit={(e) => {
        e.preventDefault();
        if (Object.keys(finished).length === 0) return;
        if (time) onSpan(time, test.from, test.to);
        else if (key) onAdd(key, finished);
      }}
    >
      <label htmlFor={id}>{words.field}</label>
      <Select
        id={id}
        value={key}
        onChange={choose}
        placeholder={words.fieldHint}
        showSearch
        optionFilterProp="label"
        options={[
          { label: words.dates, options: SPANS.map((value) => ({ value, label: words.spans[value] })) },
          ...cards.map((label) => ({ label, options: fields.filter((f) => f.card_name === label).map((f) => ({ value: f.key, label: f.field.name })) })),
        ]}
      />
      {time && <Range type="date" test={test} set={setTest} />}
      {field && (
        <>
          <Select
            aria-label={words.test}
            value={way}
            onChange={(w: Way) => {
              setWay(w);
              setTest({});
            }}
            options={waysOf(field).map((w) => ({ value: w, label: words.tests[w] }))}
          />
          {field.personal ? <p className="soft">{words.personal}</p> : field.field.type === 'table' && <p className="soft">{words.inTable}</p>}
          <Asked field={field} way={way} test={test} set={setTest} />
        </>
      )}
      <Button type="primary" htmlType="submit" disabled={!ready} title={ready ? undefined : key ? words.needValue : words.needField}>
        {words.use}
      </Button>
    </form>
  );
}

function Asked({ field, way, test, set }: { field: ListField; way: Way; test: FieldTest; set: (t: FieldTest) => void }): ReactNode {
  const id = useId();
  const { type } = field.field;
  if (way === 'known' || way === 'unknown') return null;
  if (way === 'has') return <Input id={id} aria-label={field.field.name} value={test.has} onChange={(e) => set(e.target.value ? { has: e.target.value } : {})} />;
  if (way === 'range') return <Range type={type} unit={field.field.unit} test={test} set={set} />;
  const one = (value: string | undefined) => set(value ? { is: [value] } : {});
  if (type === 'enum' || type === 'enums') {
    return (
      <Select
        mode="multiple"
        aria-label={field.field.name}
        value={test.is ?? []}
        onChange={(is: string[]) => set(is.length > 0 ? { is } : {})}
        options={field.field.options}
        optionFilterProp="label"
      />
    );
  }
  if (type === 'text' || type === 'id_number' || type === 'table') return <Input aria-label={field.field.name} value={test.is?.[0]} onChange={(e) => one(e.target.value.trim())} />;
  const shown = type === 'bool' && test.is ? test.is[0] === 'true' : test.is?.[0];
  return (
    <div className="field" role="group" aria-label={field.field.name}>
      <Control id={id} field={field.field} value={shown} onChange={(v) => one(v === undefined || v === null ? undefined : String(v))} />
    </div>
  );
}

function Range({ type, unit, test, set }: { type: string; unit?: string | null | undefined; test: FieldTest; set: (t: FieldTest) => void }) {
  const put = (part: 'from' | 'to', value: string | undefined) => {
    const { [part]: _, ...rest } = test;
    set(value === undefined ? rest : { ...rest, [part]: value });
  };
  const scale = type === 'fen' ? 100 : 1;
  return (
    <div className="row">
      {(['from', 'to'] as const).map((part) =>
        type === 'int' || type === 'fen' ? (
          <InputNumber
            key={part}
            className="grow"
            aria-label={words[part]}
            placeholder={words[part]}
            value={test[part] === undefined ? undefined : Number(test[part]) / scale}
            onChange={(n) => put(part, n === null ? undefined : String(Math.round(n * scale)))}
            controls={false}
            suffix={type === 'fen' ? act.money : unit}
          />
        ) : (
          <DatePicker
            key={part}
            className="grow"
            aria-label={words[part]}
            placeholder={words[part]}
            value={test[part] ? dayjs(test[part]) : null}
            onChange={(d) => put(part, d ? d.format('YYYY-MM-DD') : undefined)}
          />
        ),
      )}
    </div>
  );
}
