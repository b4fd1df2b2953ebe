/** What the proposer asks for: the act, what it would fill in, the documents it would issue. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { CaseFile, Card, Instance, ProcessForms, Proposal, Value } from '../../api/types';
import { amountOf } from '../../parts/amount';
import { Cited } from '../../parts/Cited';
import { Sheet } from '../../parts/Sheet';
import { dateCn, momentCn } from '../../parts/time';
import { approve as words } from '../../text/approve';
import { common } from '../../text/common';
import { Pairs } from '../file/CardTab';
import { Chain } from './Chain';

interface Props {
  file: CaseFile;
  instance: Instance;
  proposal: Proposal;
  forms: ProcessForms;
  name: string;
  /** What agreeing would do. */
  effect: ReactNode;
  /** Opens a page of the dossier beside it. */
  open: (material: string, page: number) => void;
}

export function Asked({ file, instance, proposal: p, forms, name, effect, open }: Props) {
  const { names } = file;
  const materials = p.input.materials ?? [];
  const filled: [string, string][] = [
    ...shown(forms, 'case', (p.input.case ?? {}) as Card),
    ...Object.entries(p.input.subjects ?? {}).flatMap(([s, card]) => shown(forms, forms.subject, card as Card, names.subjects[s])),
  ];
  return (
    <>
      <h1>{name}</h1>
      <p className="soft">
        <Link to={`/files/${file.row.id}`}>{file.row.title}</Link>　{p.subjects.map((s) => names.subjects[s] ?? s).join('、')}
      </p>
      <Chain file={file} proposal={p} />
      {p.input.reason && (
        <section className="block">
          <h2>{words.reason}</h2>
          <p className="pad song">
            <Cited file={file} text={p.input.reason} open={open} />
          </p>
        </section>
      )}
      {filled.length > 0 && (
        <section className="block">
          <h2>{words.changes}</h2>
          <Pairs values={filled} show={(value) => <Cited file={file} text={value} open={open} />} />
        </section>
      )}
      {effect}
      {materials.length === 0 && <p className="soft">{words.noDrafts}</p>}
      {materials.map((m) => (
        <section key={m.sm3} className="block">
          <h2>
            {m.title ?? names.documents[m.kind] ?? forms.documents[m.kind]?.name ?? m.kind}
            <span className="count num">{m.number}</span>
            <span className="count">{common.pages(m.measured?.pages ?? 0)}</span>
          </h2>
          {Array.from({ length: m.measured?.pages ?? 0 }, (_, n) => (
            <Sheet
              key={n}
              src={`/api/files/${file.row.id}/instances/${instance.id}/proposals/${p.id}/materials/${m.sm3}/pages/${n + 1}?width=1200`}
              alt={`${m.title ?? ''} ${n + 1}`}
            />
          ))}
        </section>
      ))}
    </>
  );
}

/** Values that are kept otherwise than they are written. */
const WRITTEN: Record<string, (value: string) => string> = { date: dateCn, moment: momentCn };

function shown(forms: ProcessForms, card: string, values: Card, who?: string): [string, string][] {
  return Object.entries(values).map(([field, v]) => {
    const f = forms.fields[`${card}.${field}`];
    const label = (x: Value): string => {
      if (typeof x === 'boolean') return x ? common.yes : common.no;
      if (Array.isArray(x)) return x.map(label).join('、');
      if (typeof x === 'number') return f ? amountOf(x, f) : String(x);
      if (typeof x === 'string') return f?.options.find((o) => o.value === x)?.label ?? WRITTEN[f?.type ?? '']?.(x) ?? x;
      return common.none;
    };
    return [who ? `${who} ${f?.name ?? field}` : (f?.name ?? field), label(v)];
  });
}
