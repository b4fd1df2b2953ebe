/** Exporting the list: in the background, with what and how many; it survives a reload, and can be given up. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Progress } from 'antd';
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useExports } from '../../api/queries';
import type { Export } from '../../api/types';
import { Refusal } from '../../parts/Refusal';
import { momentOf } from '../../parts/time';
import { exports as words } from '../../text/files';
import { FIRST } from './columns';
import type { Query } from './query';

/** The question as texts, as the address has it. */
function textsOf(query: Query): Record<string, string> {
  return Object.fromEntries(Object.entries(query).flatMap(([k, v]) => (v === undefined ? [] : [[k, String(v)]])));
}

function useAgain() {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: ['exports'] });
}

export function ExportButton({ query, columns, total }: { query: Query; columns: string[]; total: number | undefined }) {
  const { modal } = App.useApp();
  const again = useAgain();
  const begin = useMutation({
    mutationFn: () => take(api.POST('/api/exports', { body: { query: textsOf(query), columns: [FIRST, ...columns] } })),
    onSettled: again,
    onError: (e) => void modal.error({ title: words.failed, content: <Refusal problem={problemOf(e)} /> }),
  });
  const ask = () =>
    void modal.confirm({ title: words.title(total ?? 0), content: words.lead, okText: words.start, onOk: () => begin.mutate() });
  return (
    <Button disabled={!total} title={total ? undefined : words.nothing} loading={begin.isPending} onClick={ask}>
      {words.button}
    </Button>
  );
}

/** One row for each export of this person that is being made or waits to be fetched. */
export function ExportRows() {
  const all = useExports();
  if (all.error && !all.data) return <Refusal problem={{ ...problemOf(all.error), title: words.unread }} />;
  if (!all.data || all.data.length === 0) return null;
  return (
    <ul className="exports" aria-label={words.region}>
      {all.data.map((e) => (
        <Row key={e.id} of={e} />
      ))}
    </ul>
  );
}

function Row({ of: e }: { of: Export }) {
  const again = useAgain();
  const drop = useMutation({
    mutationFn: () => take(api.DELETE('/api/exports/{export}', { params: { path: { export: e.id } } })),
    onSettled: again,
  });
  const making = e.state === 'making';
  return (
    <li>
      {drop.error && <Refusal problem={{ ...problemOf(drop.error), title: making ? words.notCancelled : words.notRemoved }} />}
      <div className="row">
        <span role="status">
          {making ? words.making : e.state === 'ready' ? words.ready : words.failed} <span className="num">{words.done(e.done, e.total)}</span>
        </span>
        {making && <Progress className="grow" percent={e.total > 0 ? Math.floor((e.done * 100) / e.total) : 100} size="small" aria-label={words.making} />}
        <small className="soft num">{momentOf(e.at)}</small>
        {e.state === 'ready' && (
          <Button type="primary" size="small" href={`/api/exports/${e.id}`} download>
            {words.download}
          </Button>
        )}
        <Button size="small" onClick={() => drop.mutate()} loading={drop.isPending}>
          {making ? words.cancel : words.remove}
        </Button>
      </div>
    </li>
  );
}
