/** The value of a field in words: a code by its table, a unit and a person by name, rows as a small table, references to pages as links. */
import { useMembers, useTable, useUnits } from '../../api/queries';
import type { CaseFile, FieldForm, Value } from '../../api/types';
import { amountOf } from '../../parts/amount';
import { Cited } from '../../parts/Cited';
import { dateCn, momentCn } from '../../parts/time';
import { approve as words } from '../../text/approve';
import { common } from '../../text/common';

interface Props {
  file: CaseFile;
  /** Nothing where the library does not know the field any more: the value then stands as it is. */
  field: FieldForm | undefined;
  value: Value | undefined;
  /** Opens a page of the dossier beside it. */
  open: (material: string, page: number) => void;
}

type Row = { [column: string]: Value };
const isRow = (v: Value): v is Row => typeof v === 'object' && v !== null && !Array.isArray(v);

export function Worded({ file, field, value, open }: Props) {
  if (value === null || value === undefined || value === '') return <span className="soft">{words.emptied}</span>;
  if (typeof value === 'boolean') return value ? common.yes : common.no;
  if (typeof value === 'number') return <span className="num">{field ? amountOf(value, field) : value}</span>;
  if (Array.isArray(value)) {
    const rows = value.filter(isRow);
    if (field?.type === 'table') return <RowTable file={file} columns={field.columns} rows={rows} open={open} />;
    return value.map((v) => (typeof v === 'string' ? optionOf(field, v) : String(v))).join('、');
  }
  if (isRow(value)) return JSON.stringify(value);
  switch (field?.type) {
    case 'code':
    case 'region':
    case 'offence':
      return <OfTable table={field.table} code={value} />;
    case 'unit':
      return <OfUnit file={file} unit={value} />;
    case 'user':
      return <OfPerson file={file} user={value} />;
    case 'date':
      return <span className="num">{dateCn(value)}</span>;
    case 'moment':
      return <span className="num">{momentCn(value)}</span>;
    case 'enum':
      return optionOf(field, value);
    default:
      return <Cited file={file} text={value} open={open} />;
  }
}

const optionOf = (field: FieldForm | undefined, v: string): string => field?.options.find((o) => o.value === v)?.label ?? v;

/** A code that the table does not hold stands with the word for what it is. */
function OfTable({ table, code }: { table: string | null | undefined; code: string }) {
  const read = useTable(table);
  if (read.isLoading) return <span className="soft">{common.loading}</span>;
  return read.data?.rows.find((r) => r.value === code)?.label ?? common.code(code);
}

export function OfUnit({ file, unit }: { file: CaseFile; unit: string }) {
  const known = file.names.units[unit];
  const units = useUnits(!known);
  return known ?? units.data?.find((u) => u.id === unit)?.name ?? common.code(unit);
}

export function OfPerson({ file, user }: { file: CaseFile; user: string }) {
  const known = file.names.users[user];
  const members = useMembers(known ? undefined : file.row.unit);
  return known ?? members.data?.find((m) => m.id === user)?.name ?? common.code(user);
}

function RowTable({ file, columns, rows, open }: Pick<Props, 'file' | 'open'> & { columns: FieldForm[]; rows: Row[] }) {
  const used = columns.filter((c) => rows.some((r) => r[c.id] !== undefined && r[c.id] !== null));
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={used.map((c) => c.name).join('、')}>
      <table className="list">
        <thead>
          <tr>
            {used.map((c) => (
              <th key={c.id}>{c.name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r, i) => (
            // Rows have no identity of their own.
            <tr key={i}>
              {used.map((c) => (
                <td key={c.id}>{r[c.id] === undefined ? common.none : <Worded file={file} field={c} value={r[c.id]} open={open} />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
