/** What was done, event by event, each with the link by which the chain proves it. */
import { problemOf } from '../../api/problem';
import { useEvents } from '../../api/queries';
import type { CaseFile } from '../../api/types';
import { Cited } from '../../parts/Cited';
import { Empty, Read } from '../../parts/States';
import { momentOf } from '../../parts/time';
import { file as words } from '../../text/file';
import { nameOfAct } from './nameOfAct';

export function RecordsTab({ file }: { file: CaseFile }) {
  const events = useEvents(file.row.id);
  const { names } = file;
  if (events.error && problemOf(events.error).status === 403) return <Empty>{words.noRecords}</Empty>;
  return (
    <Read of={events}>
      {(all) =>
        all.length === 0 ? (
          <Empty>{words.recordsEmpty}</Empty>
        ) : (
          <div className="scroll" tabIndex={0} role="region" aria-label={words.tabs.records}>
            <table className="list">
              <thead>
                <tr>
                  <th>{words.record.seq}</th>
                  <th>{words.record.act}</th>
                  <th>{words.record.who}</th>
                  <th>{words.record.when}</th>
                  <th>{words.chain}</th>
                </tr>
              </thead>
              <tbody>
                {all.toReversed().map(({ header: h, hash, payload }) => (
                  <tr key={h.id}>
                    <td className="num">{h.seq}</td>
                    <th scope="row">
                      {nameOfAct(file, { header: h, payload })}
                      {payload?.reason && <div className="soft"><Cited file={file} text={payload.reason} /></div>}
                    </th>
                    <td>
                      {h.actor.user === '-' ? words.exchange : (names.users[h.actor.user] ?? h.actor.user)}
                      <span className="soft">　{names.roles[h.actor.role] ?? ''}</span>
                    </td>
                    <td className="num">{momentOf(h.occurred_at)}</td>
                    <td>
                      <code title={hash}>{hash.slice(0, 16)}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Read>
  );
}
