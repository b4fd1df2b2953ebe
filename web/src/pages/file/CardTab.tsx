/** The cards, as people read them; identity numbers are shown on demand, with a record. */
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { api, take } from '../../api/client';
import { useForms, useUnits } from '../../api/queries';
import type { CaseFile } from '../../api/types';
import { Cited } from '../../parts/Cited';
import { Failed } from '../../parts/States';
import { Why } from '../../parts/Why';
import { common } from '../../text/common';
import { file as words } from '../../text/file';

/** Fields whose words are long get the whole line. */
const LONG = 40;
/** Case numbers and document numbers never break inside: where one is long, it has the line to itself. */
const NUMBER = /[〔（(]\d{4}[〕）)].*号$/;
const LONG_NUMBER = 12;

export function CardTab({ file }: { file: CaseFile }) {
  const { names, situation, row } = file;
  const forms = useForms(situation.instances[0]?.process, situation.instances[0]?.library);
  const units = useUnits();
  const order = (card: string, field: string) => forms.data?.fields[`${card}.${field}`]?.order ?? 999;
  // What is kept as an identifier is shown by its name.
  const named = (v: string) => names.units[v] ?? names.users[v] ?? units.data?.find((u) => u.id === v)?.name ?? v;
  const basis = (card: string, field: string) => forms.data?.fields[`${card}.${field}`]?.basis;
  const cited = (text: string) => <Cited file={file} text={text} />;
  const lines = (card: string, values: Record<string, string>) => Object.entries(values).toSorted((a, b) => order(card, a[0]) - order(card, b[0]));
  const reveal = useMutation({
    mutationFn: () => take(api.GET('/api/files/{file}', { params: { path: { file: row.id }, query: { reveal: true } } })),
  });
  const numbers = reveal.data?.situation.subjects;
  const shown = (subject: string, field: string, masked: string) => {
    const whole = numbers?.[subject]?.fields[field];
    return masked.includes('*') && typeof whole === 'string' ? whole : masked;
  };
  const masked = Object.values(names.cards).some((card) => Object.values(card).some((v) => v.includes('*')));
  return (
    <>
      {reveal.error && <Failed error={reveal.error} />}
      {Object.entries(names.cards).map(([subject, card]) => (
        <section key={subject} className="block">
          <h2>
            {names.subjects[subject] ?? subject}
            <span className="grow" />
            {masked && !numbers && (
              <Button size="small" onClick={() => reveal.mutate()} loading={reveal.isPending}>
                {words.reveal}
              </Button>
            )}
          </h2>
          <Pairs
            show={cited}
            values={lines(situation.subjects[subject]?.card ?? '', card).map(([field, value]) => [
              names.fields[`${situation.subjects[subject]?.card}.${field}`] ?? field,
              named(shown(subject, field, value)),
              basis(situation.subjects[subject]?.card ?? '', field),
            ])}
          />
        </section>
      ))}
      <section className="block">
        <h2>{words.caseCard}</h2>
        <Pairs show={cited} values={lines('case', names.case).map(([field, value]) => [names.fields[`case.${field}`] ?? field, named(value), basis('case', field)])} />
      </section>
    </>
  );
}

/** Name, value and on what it is asked for. `show` draws a value, where it is more than its words. */
export function Pairs({ values, show }: { values: [string, string, string[]?][]; show?: (value: string) => ReactNode }) {
  const filled = values.filter(([, v]) => v !== '' && v !== common.empty);
  if (filled.length === 0) return <p className="empty">{words.emptyCard}</p>;
  return (
    <dl className="pairs">
      {filled.map(([name, value, basis]) => {
        const number = NUMBER.test(value);
        return (
          <div key={name} className={value.length > (number ? LONG_NUMBER : LONG) ? 'wide' : undefined}>
            <dt>
              <Why of={basis ?? []} name={name}>
                {name}
              </Why>
            </dt>
            <dd className={number && value.length <= LONG ? 'num' : undefined}>{show ? show(value) : value}</dd>
          </div>
        );
      })}
    </dl>
  );
}
