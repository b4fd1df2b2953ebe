/** What the proposer asks for: the act, what it would fill in, to whom the case would be given, where it would go, the documents it would issue. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ActForm, CaseFile, Card, FieldForm, Instance, NewMaterial, ProcessForms, Proposal, Value } from '../../api/types';
import { Cited } from '../../parts/Cited';
import { Sheet } from '../../parts/Sheet';
import { Why } from '../../parts/Why';
import { dateCn } from '../../parts/time';
import { act as actWords } from '../../text/act';
import { approve as words } from '../../text/approve';
import { common } from '../../text/common';
import { Chain } from './Chain';
import { OfPerson, OfUnit, Worded } from './Worded';

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

/** Values of one card, under the name of whom they are about. */
interface Filled {
  key: string;
  title?: string;
  card: string;
  values: Card;
}

/** Texts longer than this get the whole line, as tables do. */
const LONG = 40;

const written = (f: Filled) => Object.keys(f.values).length > 0;

function cardsOf(of: NonNullable<NewMaterial['says']>, forms: ProcessForms, nameOf: (subject: string) => string): Filled[] {
  return [
    { key: 'case', card: 'case', values: (of.case ?? {}) as Card },
    ...Object.entries(of.subjects ?? {}).map(([s, card]) => ({ key: s, title: nameOf(s), card: forms.subject, values: card as Card })),
  ];
}

function filledOf(p: Proposal, forms: ProcessForms, nameOf: (subject: string) => string): Filled[] {
  const fresh = p.input.new_subjects ?? [];
  return [
    ...cardsOf(p.input, forms, nameOf),
    ...fresh.map((card, i) => ({
      key: `fresh${i}`,
      title: words.added(forms.subject_name, fresh.length > 1 ? i + 1 : undefined),
      card: forms.subject,
      values: card as Card,
    })),
  ].filter(written);
}

export function Asked({ file, instance, proposal: p, forms, name, effect, open }: Props) {
  const { names } = file;
  const materials = p.input.materials ?? [];
  const nameOf = (s: string) => names.subjects[s] ?? s;
  const filled = filledOf(p, forms, nameOf);
  return (
    <>
      <h1>{name}</h1>
      <p className="soft">
        <Link to={`/files/${file.row.id}`}>{file.row.title}</Link>　{p.subjects.map(nameOf).join('、')}
      </p>
      <Chain file={file} proposal={p} />
      {p.input.reason && (
        <section className="block">
          <h2>{forms.acts[p.action]?.words ?? words.reason}</h2>
          <p className="pad song">
            <Cited file={file} text={p.input.reason} open={open} />
          </p>
        </section>
      )}
      {filled.length > 0 && (
        <section className="block" aria-label={words.changes}>
          <h2>{words.changes}</h2>
          {filled.map((f) => (
            <Values key={f.key} file={file} forms={forms} of={f} open={open} />
          ))}
        </section>
      )}
      <Given file={file} act={forms.acts[p.action]} input={p.input} />
      {effect}
      {materials.length === 0 && <p className="soft">{words.noDrafts}</p>}
      {materials.map((m) => (
        <section key={m.sm3} className="block">
          <h2>
            {m.title ?? names.documents[m.kind] ?? forms.documents[m.kind]?.name ?? m.kind}
            <span className="count num">{m.number}</span>
            <span className="count">{common.pages(m.measured?.pages ?? 0)}</span>
          </h2>
          <Described file={file} m={m} nameOf={nameOf} />
          <Said file={file} forms={forms} of={cardsOf(m.says ?? {}, forms, nameOf).filter(written)} open={open} />
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

function wide(field: FieldForm | undefined, v: Value | undefined): boolean {
  return field?.type === 'table' || (typeof v === 'string' && v.length > LONG);
}

function Values({ file, forms, of, open }: Pick<Props, 'file' | 'forms' | 'open'> & { of: Filled }) {
  const field = (id: string) => forms.fields[`${of.card}.${id}`];
  const order = (id: string) => field(id)?.order ?? Number.MAX_SAFE_INTEGER;
  return (
    <>
      {of.title && <h3 className="pad-x">{of.title}</h3>}
      <dl className="pairs">
        {Object.entries(of.values)
          .toSorted(([a], [b]) => order(a) - order(b))
          .map(([id, v]) => (
            <div key={id} className={wide(field(id), v) ? 'wide' : undefined}>
              <dt>
                <Why of={field(id)?.basis ?? []} name={field(id)?.name ?? id}>
                  {field(id)?.name ?? id}
                </Why>
              </dt>
              <dd>
                <Worded file={file} field={field(id)} value={v} open={open} />
              </dd>
            </div>
          ))}
      </dl>
    </>
  );
}

/** To whom the case would be given, and to which units it would go where the proposer has chosen them. */
function Given({ file, act, input }: { file: CaseFile; act: ActForm | undefined; input: Proposal['input'] }) {
  const units = Object.entries(input.to_units ?? {});
  if (!input.assign && units.length === 0) return null;
  const agency = (id: string) => act?.sends.find((s) => s.choose === id)?.choose_name ?? '';
  return (
    <section className="block" aria-label={words.given}>
      <h2>{words.given}</h2>
      <dl className="pairs">
        {input.assign && (
          <div>
            <dt>{actWords.assign}</dt>
            <dd>
              {actWords[input.assign.how]}
              {act?.assign && ` ${actWords.to(act.assign.role_name)}`}
              {input.assign.user && (
                <>
                  ：<OfPerson file={file} user={input.assign.user} />
                </>
              )}
            </dd>
          </div>
        )}
        {units.map(([id, unit]) => (
          <div key={id}>
            <dt>{actWords.chooseUnit(agency(id))}</dt>
            <dd>
              <OfUnit file={file} unit={unit} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What a document says, in the fields of the cards: to be held against its pages. */
function Said({ file, forms, of, open }: Pick<Props, 'file' | 'forms' | 'open'> & { of: Filled[] }) {
  if (of.length === 0) return null;
  return (
    <>
      <h3 className="pad-x">{actWords.says}</h3>
      {of.map((f) => (
        <Values key={f.key} file={file} forms={forms} of={f} open={open} />
      ))}
    </>
  );
}

/** What is said of a document beside its pages. */
function Described({ file, m, nameOf }: { file: CaseFile; m: NewMaterial; nameOf: (subject: string) => string }) {
  const corrects = m.corrects && file.situation.materials.find((x) => x.id === m.corrects);
  const said = [
    m.date && dateCn(m.date),
    m.responsible,
    m.about && m.about.length > 0 && `${actWords.about}：${m.about.map(nameOf).join('、')}`,
    m.corrects && `${actWords.corrects}：${corrects ? corrects.title : m.corrects}`,
    m.listed && m.listed.length === 2 && words.listed(m.listed[0] ?? 0, m.listed[1] ?? 0),
  ].filter((x) => typeof x === 'string' && x !== '');
  return said.length > 0 ? <p className="pad-x soft">{said.join('　')}</p> : null;
}
