/** Delegations in force or to come; those that one may end have a button. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { api, take } from '../api/client';
import { problemOf } from '../api/problem';
import { useDelegations } from '../api/queries';
import type { Delegation } from '../api/types';
import { delegation as words } from '../text/admin';
import { Refusal } from './Refusal';
import { Empty, Read } from './States';
import { momentOf } from './time';

export function Delegations({ unit }: { unit?: string }) {
  const list = useDelegations(unit);
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const end = useMutation({
    mutationFn: (d: Delegation) => take(api.DELETE('/api/delegations/{delegation}', { params: { path: { delegation: d.id } } })),
    onSuccess: () => {
      void message.success(words.ended);
      for (const k of ['delegations', 'session', 'todos']) void client.invalidateQueries({ queryKey: [k] });
    },
  });
  const ask = (d: Delegation) => {
    modal.confirm({ title: words.endAsk(d.from_name, d.to_name), content: words.endFollows, okText: words.end, onOk: () => end.mutate(d) });
  };
  return (
    <>
      {end.error && <Refusal problem={problemOf(end.error)} />}
      <Read of={list} rows={2}>
        {(all) =>
          all.length === 0 ? (
            <Empty>{words.empty}</Empty>
          ) : (
            <div className="scroll" tabIndex={0} role="region" aria-label={words.title}>
              <table className="list">
                <thead>
                  <tr>
                    <th>{words.columns.from}</th>
                    <th>{words.columns.to}</th>
                    <th>{words.columns.period}</th>
                    <th>{words.columns.state}</th>
                    <th>{words.columns.what}</th>
                    <th>{words.columns.basis}</th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((d) => (
                    <tr key={d.id}>
                      <th scope="row">{d.from_name}</th>
                      <td>{d.to_name}</td>
                      <td className="num">
                        {momentOf(d.from)} — {momentOf(d.to)}
                      </td>
                      <td>
                        <div className="row">
                          <span className={d.in_force ? 'tag tag-good' : 'tag'}>{d.in_force ? words.inForce : words.later}</span>
                          {d.ends && (
                            <Button size="small" onClick={() => ask(d)}>
                              {words.end}
                            </Button>
                          )}
                        </div>
                      </td>
                      <td className="long">{d.role_names.length > 0 ? words.roles(d.role_names.join('、')) : words.cases}</td>
                      <td className="long">{d.basis}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Read>
    </>
  );
}
