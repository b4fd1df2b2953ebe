/** Each person of the case at a glance: by which fields, the card's definition says. Identity numbers on demand, with a record. */
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router';
import { api, take } from '../../api/client';
import type { CaseFile } from '../../api/types';
import { Failed } from '../../parts/States';
import { common } from '../../text/common';
import { file as all } from '../../text/file';
import { Pairs } from './CardTab';
import './case.css';

const words = all.person;

export function PersonsTab({ file }: { file: CaseFile }) {
  const { names, situation, row } = file;
  const reveal = useMutation({
    mutationFn: () => take(api.GET('/api/files/{file}', { params: { path: { file: row.id }, query: { reveal: true } } })),
  });
  const subjects = Object.entries(situation.subjects);
  if (subjects.length === 0) return <p className="empty">{words.none}</p>;
  const masked = Object.values(names.cards).some((card) => Object.values(card).some((v) => v.includes('*')));
  const whole = (subject: string, field: string, shown: string) => {
    const value = reveal.data?.situation.subjects[subject]?.fields[field];
    return shown.includes('*') && typeof value === 'string' ? value : shown;
  };
  const named = (v: string) => names.units[v] ?? names.users[v] ?? v;
  return (
    <>
      <div className="bar">
        <span className="grow soft">{reveal.data && words.revealed}</span>
        {masked && !reveal.data && (
          <Button size="small" loading={reveal.isPending} onClick={() => reveal.mutate()}>
            {all.reveal}
          </Button>
        )}
      </div>
      {reveal.error && <Failed error={reveal.error} />}
      <div className="persons">
        {subjects.map(([id, s]) => {
          const card = names.cards[id] ?? {};
          const filed = situation.materials.filter((m) => (m.about ?? []).includes(id));
          const tracks = row.tracks.filter((t) => t.subject === id);
          return (
            <section key={id} className="block" aria-label={names.subjects[id]}>
              <h2>
                {names.subjects[id] ?? id}
                <span className="grow" />
                <Link to="?tab=card">{words.all}</Link>
              </h2>
              <Pairs
                values={(names.summary[s.card] ?? []).flatMap((f) => {
                  const shown = card[f];
                  return shown === undefined ? [] : [[names.fields[`${s.card}.${f}`] ?? f, named(whole(id, f, shown))] as [string, string]];
                })}
              />
              <dl className="pairs">
                <div>
                  <dt>{words.stages}</dt>
                  <dd>
                    <ul className="stage-list">
                      {tracks.map((t) => (
                        <li key={t.instance}>
                          {names.processes[t.process] ?? t.process}：{t.ended ? <span className="soft">{t.state_name}</span> : <b>{t.state_name}</b>}
                        </li>
                      ))}
                    </ul>
                  </dd>
                </div>
                <div>
                  <dt>{words.materials}</dt>
                  <dd>{common.materials(filed.length)}</dd>
                </div>
              </dl>
            </section>
          );
        })}
      </div>
    </>
  );
}
