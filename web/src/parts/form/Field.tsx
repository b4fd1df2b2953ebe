/** One field of a card, with the control its type asks for, its fault and the fault's basis. */
import { DatePicker, Input, InputNumber, Radio, Select } from 'antd';
import dayjs from 'dayjs';
import { type ReactNode, useId, useState } from 'react';
import type { Reason } from '../../api/problem';
import { useMembers, useTable, useUnits } from '../../api/queries';
import type { FieldForm, Value } from '../../api/types';
import { act as words } from '../../text/act';
import { common } from '../../text/common';
import { Basis } from '../Basis';
import { Moment } from '../Moment';
import { Why } from '../Why';
import { useUser } from '../session';
import { Rows } from './Rows';

/** Texts longer than this get an area. */
export const AREA = 120;
/** Options whose words, with their frames, are no longer than this stand open. */
const OPEN = 16;
const DAYS = ['YYYY-MM-DD', 'YYYYMMDD', 'YYYY年M月D日'];

export interface FieldProps {
  field: FieldForm;
  value: Value | undefined;
  onChange: (value: Value | undefined) => void;
  faults?: Reason[];
  /** Its place in the request, such as `case.name`. */
  at?: string;
}

export function Field({ field, value, onChange, faults, at }: FieldProps) {
  const id = useId();
  const wide = field.type === 'table' || (field.type === 'text' && (field.max ?? 0) > AREA);
  return (
    <Labelled id={id} name={field.unit && field.type !== 'fen' ? `${field.name}（${field.unit}）` : field.name} faults={faults} wide={wide} at={at} basis={field.basis}>
      <Control id={id} field={field} value={value} onChange={onChange} />
    </Labelled>
  );
}

interface LabelledProps {
  id: string;
  name: string;
  faults?: Reason[];
  wide?: boolean;
  at?: string;
  /** On what it is asked for. */
  basis?: string[];
  children: ReactNode;
}

export function Labelled({ id, name, faults, wide, at, basis, children }: LabelledProps) {
  const wrong = faults && faults.length > 0;
  const [within, setWithin] = useState(false);
  return (
    <div
      data-at={at}
      className={`field${wrong ? ' wrong' : ''}${wide ? ' wide' : ''}`}
      onFocus={() => setWithin(true)}
      onBlur={(e) => setWithin(e.currentTarget.contains(e.relatedTarget))}
    >
      <Why of={basis ?? []} name={name} passed={!within}>
        <label htmlFor={id}>{name}</label>
      </Why>
      {children}
      {wrong &&
        faults.map((r, i) => (
          <p key={`${r.text}${i}`} className="bad" role="alert">
            {r.text} <Basis of={r.basis} />
          </p>
        ))}
    </div>
  );
}

type ControlProps = Omit<FieldProps, 'faults' | 'at'> & { id: string };

export function Control({ id, field, value, onChange }: ControlProps) {
  const text = typeof value === 'string' ? value : undefined;
  const number = typeof value === 'number' ? value : undefined;
  switch (field.type) {
    case 'int':
      return <InputNumber id={id} value={number} onChange={(v) => onChange(v ?? undefined)} precision={0} controls={false} />;
    case 'fen':
      return (
        <InputNumber
          id={id}
          value={number === undefined ? undefined : number / 100}
          onChange={(v) => onChange(v === null ? undefined : Math.round(v * 100))}
          precision={2}
          controls={false}
          suffix={words.money}
        />
      );
    case 'bool':
      return (
        <Choices
          id={id}
          value={typeof value === 'boolean' ? String(value) : undefined}
          onChange={(v) => onChange(v === undefined ? undefined : v === 'true')}
          options={[
            { value: 'true', label: common.yes },
            { value: 'false', label: common.no },
          ]}
        />
      );
    case 'date':
      return (
        <DatePicker
          id={id}
          value={text ? dayjs(text) : null}
          format={DAYS}
          onChange={(d) => onChange(d ? d.format('YYYY-MM-DD') : undefined)}
        />
      );
    case 'moment':
      return <Moment id={id} value={text} onChange={onChange} />;
    case 'enum':
      return <Choices id={id} value={text} onChange={onChange} options={field.options} />;
    case 'enums':
      return (
        <Select
          id={id}
          mode="multiple"
          value={Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []}
          onChange={(v: string[]) => onChange(v.length > 0 ? v : undefined)}
          options={field.options}
          optionFilterProp="label"
          allowClear
        />
      );
    case 'code':
    case 'region':
    case 'offence':
      return <Coded id={id} field={field} value={text} onChange={onChange} />;
    case 'unit':
      return <Units id={id} value={text} onChange={onChange} />;
    case 'user':
      return <People id={id} value={text} onChange={onChange} />;
    case 'table':
      return <Rows columns={field.columns} value={value} onChange={onChange} />;
    default:
      return (field.max ?? 0) > AREA ? (
        <Input.TextArea id={id} value={text} onChange={(e) => onChange(e.target.value || undefined)} />
      ) : (
        <Input id={id} value={text} onChange={(e) => onChange(e.target.value || undefined)} />
      );
  }
}

interface Choosing {
  id: string;
  value: string | undefined;
  onChange: (v: string | undefined) => void;
}

/** A few options stand open, to be seen and hit at once; many fold. */
function Choices({ id, value, onChange, options }: Choosing & { options: { value: string; label: string }[] }) {
  const short = options.reduce((n, o) => n + o.label.length + 2, 0) <= OPEN;
  if (short) {
    return (
      <Radio.Group id={id} value={value} onChange={(e: { target: { value?: string } }) => onChange(e.target.value)} optionType="button" options={options} />
    );
  }
  return <Select id={id} value={value} onChange={onChange} options={options} showSearch optionFilterProp="label" allowClear />;
}

function Coded({ id, field, value, onChange }: Choosing & { field: FieldForm }) {
  const table = useTable(field.table);
  return (
    <Select
      id={id}
      value={value}
      onChange={onChange}
      loading={table.isPending}
      options={table.data?.rows}
      showSearch
      filterOption={(typed, option) => !!option && (option.label.includes(typed) || option.value.startsWith(typed))}
      placeholder={field.type === 'code' ? undefined : words.search}
      allowClear
    />
  );
}

function Units({ id, value, onChange }: Choosing) {
  const units = useUnits();
  const options = (units.data ?? []).map((u) => ({ value: u.id, label: u.name }));
  return <Select id={id} value={value} onChange={onChange} options={options} showSearch optionFilterProp="label" allowClear />;
}

function People({ id, value, onChange }: Choosing) {
  const members = useMembers(useUser().unit);
  const options = (members.data ?? []).map((m) => ({ value: m.id, label: m.name }));
  return <Select id={id} value={value} onChange={onChange} options={options} showSearch optionFilterProp="label" allowClear />;
}
