/** Filters that were given a name: one's own, and those that the unit shares. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input, Popover } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';
import { useViews } from '../../api/queries';
import type { View } from '../../api/types';
import { useKept } from '../../parts/kept';
import { Refusal } from '../../parts/Refusal';
import { views as words } from '../../text/files';

/** What of the address is saved: everything but the place in the list. */
function current(params: URLSearchParams, columns: string[]): string {
  const kept = new URLSearchParams(params);
  kept.delete('from');
  kept.set('columns', columns.join(','));
  return kept.toString();
}

export function SavedViews({ params, columns }: { params: URLSearchParams; columns: string[] }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover trigger="click" open={open} onOpenChange={setOpen} placement="bottomRight" content={<Panel params={params} columns={columns} close={() => setOpen(false)} />} destroyOnHidden>
      <Button>{words.button}</Button>
    </Popover>
  );
}

function Panel({ params, columns, close }: { params: URLSearchParams; columns: string[]; close: () => void }) {
  const client = useQueryClient();
  const { modal } = App.useApp();
  const all = useViews();
  const { value: view, set, clear } = useKept('view', { name: '', shared: false });
  const again = () => void client.invalidateQueries({ queryKey: ['views'] });
  const save = useMutation({
    mutationFn: () => take(api.POST('/api/views', { body: { ...view, query: current(params, columns) } })),
    onSuccess: () => {
      clear();
      again();
    },
  });
  const change = useMutation({
    mutationFn: (v: View) => take(api.PUT('/api/views/{view}', { params: { path: { view: v.id } }, body: { name: v.name, shared: v.shared, query: v.query } })),
    onSuccess: again,
  });
  const drop = useMutation({
    mutationFn: (view: string) => take(api.DELETE('/api/views/{view}', { params: { path: { view } } })),
    onSuccess: again,
  });
  const ask = (v: View) =>
    void modal.confirm({ title: words.dropAsk(v.name), okText: words.drop, onOk: () => drop.mutateAsync(v.id).catch(() => undefined) });
  const failed = save.error ?? change.error ?? drop.error ?? all.error;
  return (
    <div className="panel">
      {all.data?.length === 0 && <p className="soft">{words.none}</p>}
      <ul className="views">
        {all.data?.map((v) => (
          <li key={v.id}>
            <Link to={`/files?${v.query}`} onClick={close}>
              {v.name}
            </Link>
            {v.shared && <span className="tag">{v.mine ? words.shared : words.by(v.by)}</span>}
            {v.mine && (
              <div className="row">
                <Button size="small" onClick={() => change.mutate({ ...v, query: current(params, columns) })}>
                  {words.update}
                </Button>
                <Button size="small" onClick={() => change.mutate({ ...v, shared: !v.shared })}>
                  {v.shared ? words.unshare : words.share}
                </Button>
                <Button size="small" danger onClick={() => ask(v)}>
                  {words.drop}
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          save.mutate();
        }}
      >
        <Input aria-label={words.name} placeholder={words.name} value={view.name} maxLength={40} onChange={(e) => set({ name: e.target.value })} />
        <Checkbox checked={view.shared} onChange={(e) => set({ shared: e.target.checked })}>
          {words.share}
        </Checkbox>
        <Button type="primary" htmlType="submit" disabled={!view.name.trim()} title={view.name.trim() ? undefined : words.needName} loading={save.isPending}>
          {words.save}
        </Button>
      </form>
      {failed && <Refusal problem={problemOf(failed)} />}
    </div>
  );
}
