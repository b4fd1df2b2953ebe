/** What the proposer asks for: the act, what it would fill in, the documents it would issue. */
import type { CaseFile, Card, Instance, ProcessForms, Proposal, Value } from '../../api/types';
import { useForms } from '../../api/queries';
import { Cited } from '../../parts/Cited';
import { Sheet } from '../../parts/Sheet';
import { momentCn, momentOf } from '../../parts/time';
import { approve as words } from '../../text/approve';
import { common } from '../../text/common';
import { Pairs } from '../file/CardTab';

interface Props {
  file: CaseFile;
  instance: Instance;
  proposal: Proposal;
  name: string;
  /** Opens a page of the dossier beside it. */
  open: (material: string, page: number) => void;
}

export function Asked({ file, instance, proposal: p, name, open }: Props) {
  const forms = useForms(instance.process);
  const { names } = file;
  const who = (u: string) => names.users[u] ?? u;
  const materials = p.input.materials ?? [];
  const filled: [string, string][] = forms.data
    ? [
        ...shown(forms.data, 'case', (p.input.case ?? {}) as Card),
        ...Object.entries(p.input.subjects ?? {}).flatMap(([s, card]) => shown(forms.data, forms.data.subject, card as Card, names.subjects[s])),
      ]
    : [];
  return (
    <>
      <h1>{name}</h1>
      <p className="soft">
        {file.row.title}　{p.subjects.map((s) => names.subjects[s] ?? s).join('、')}
      </p>
      <p>
        {words.by} {who(p.by)} <span className="soft">{names.roles[p.role]}</span>　{momentCn(p.at)}
      </p>
      <ol className="checks">
        {p.chain.map((step, i) => {
          const o = p.opinions[i];
          return (
            <li key={step.join()}>
              {i + 1}. {step.map((r) => names.roles[r] ?? r).join('、')}{'　'}
              {o ? (
                <>
                  <span className={o.agrees ? 'tag tag-good' : 'tag tag-danger'}>{o.agrees ? words.agreed : words.sentBack}</span> {who(o.by)}：{o.text}{' '}
                  <span className="soft num">{momentOf(o.at)}</span>
                </>
              ) : (
                p.open && <span className="tag">{words.waiting}</span>
              )}
            </li>
          );
        })}
      </ol>
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
      {materials.length === 0 && <p className="soft">{words.noDrafts}</p>}
      {materials.map((m) => (
        <section key={m.sm3} className="block">
          <h2>
            {m.title ?? names.documents[m.kind] ?? forms.data?.documents[m.kind]?.name ?? m.kind}
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

function shown(forms: ProcessForms, card: string, values: Card, who?: string): [string, string][] {
  return Object.entries(values).map(([field, v]) => {
    const f = forms.fields[`${card}.${field}`];
    const label = (x: Value): string => {
      if (typeof x === 'boolean') return x ? common.yes : common.no;
      if (Array.isArray(x)) return x.map(label).join('、');
      if (typeof x === 'number') return f?.type === 'fen' ? `${x / 100} 元` : `${x}${f?.unit ? ` ${f.unit}` : ''}`;
      if (typeof x === 'string') return f?.options.find((o) => o.value === x)?.label ?? (f?.type === 'moment' ? momentOf(x) : x);
      return common.none;
    };
    return [who ? `${who} ${f?.name ?? field}` : (f?.name ?? field), label(v)];
  });
}
