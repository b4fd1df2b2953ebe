/** The cards, as people read them; identity numbers are shown on demand, with a record. */
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { api, take } from '../../api/client';
import type { CaseFile } from '../../api/types';
import { Failed } from '../../parts/States';
import { common } from '../../text/common';
import { file as words } from '../../text/file';

/** Fields whose words are long get the whole line. */
const LONG = 40;

export function CardTab({ file }: { file: CaseFile }) {
  const { names, situation, row } = file;
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
            values={Object.entries(card).map(([field, value]) => [
              names.fields[`${situation.subjects[subject]?.card}.${field}`] ?? field,
              shown(subject, field, value),
            ])}
          />
        </section>
      ))}
      <section className="block">
        <h2>{words.caseCard}</h2>
        <Pairs values={Object.entries(names.case).map(([field, value]) => [names.fields[`case.${field}`] ?? field, value])} />
      </section>
    </>
  );
}

export function Pairs({ values }: { values: [string, string][] }) {
  const filled = values.filter(([, v]) => v !== '' && v !== common.empty);
  if (filled.length === 0) return <p className="empty">{words.emptyCard}</p>;
  return (
    <dl className="pairs">
      {filled.map(([name, value]) => (
        <div key={name} className={value.length > LONG ? 'wide' : undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
