/** One unit: what it is called, and a new one below it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer } from 'antd';
import { useId, useState } from 'react';
import { api, take } from '../../api/client';
import { useTable } from '../../api/queries';
import type { Unit } from '../../api/types';
import { faultsOf, forget } from '../../parts/faults';
import { useKept } from '../../parts/kept';
import { Refusal } from '../../parts/Refusal';
import { admin as words } from '../../text/admin';
import { Called, NewUnit } from './NewUnit';

export function UnitCard({ unit, go }: { unit: Unit; go: (id: string) => void }) {
  const id = useId();
  const client = useQueryClient();
  const { message } = App.useApp();
  const regions = useTable('region').data?.rows ?? [];
  const [adding, setAdding] = useState(false);
  const { name, abbr, code } = unit;
  const { value: d, set, clear } = useKept(`unit.${unit.id}`, { name, abbr, code });
  const change = useMutation({
    mutationFn: () => take(api.PUT('/api/units/{unit}', { params: { path: { unit: unit.id } }, body: d })),
    onSuccess: () => {
      clear();
      void message.success(words.saved);
      // One's own unit stands in the head of the page.
      for (const key of ['units', 'session']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const told = faultsOf(change.error, ['name', 'abbr', 'code']);
  const changed = d.name !== name || d.abbr !== abbr || d.code !== code;
  return (
    <>
      <form
        className="form narrow"
        onSubmit={(e) => {
          e.preventDefault();
          change.mutate();
        }}
      >
        {told.rest && <Refusal problem={told.rest} />}
        <dl className="pairs">
          {[
            [words.unitId, unit.id],
            [words.agency, unit.agency_name],
            [words.region, regions.find((r) => r.value === unit.region)?.label ?? unit.region],
          ].map(([called, value]) => (
            <div key={called}>
              <dt>{called}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <Called
          id={id}
          value={d}
          put={(c) => {
            forget(change);
            set(c);
          }}
          faults={told.at}
        />
        <div className="foot">
          <Button onClick={() => setAdding(true)}>{words.addUnit}</Button>
          <Button type="primary" htmlType="submit" disabled={!changed} loading={change.isPending}>
            {words.saveUnit}
          </Button>
        </div>
      </form>
      <Drawer open={adding} onClose={() => setAdding(false)} title={words.addUnitBelow(unit.name)} size={640} destroyOnHidden>
        <NewUnit
          above={unit}
          done={(added) => {
            setAdding(false);
            go(added);
          }}
        />
      </Drawer>
    </>
  );
}
