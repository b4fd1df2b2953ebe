import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Select } from 'antd';
import { useId } from 'react';
import { api, take } from '../../api/client';
import type { Reason } from '../../api/problem';
import { useTable } from '../../api/queries';
import type { Unit } from '../../api/types';
import { faultsOf, forget } from '../../parts/faults';
import { Labelled } from '../../parts/form/Field';
import { useKept } from '../../parts/kept';
import { Refusal } from '../../parts/Refusal';
import { admin as words } from '../../text/admin';

interface Names {
  name: string;
  abbr: string;
  code: string;
}

interface CalledProps {
  id: string;
  value: Names;
  put: (change: Partial<Names>) => void;
  faults: (place: string) => Reason[] | undefined;
}

/** What a unit is called, and its code. */
export function Called({ id, value, put, faults }: CalledProps) {
  const field = (place: keyof Names, called: string, hint?: string) => (
    <Labelled id={id + place} name={called} faults={faults(place)}>
      <Input id={id + place} value={value[place]} onChange={(e) => put({ [place]: e.target.value })} autoComplete="off" />
      {hint && <small className="soft">{hint}</small>}
    </Labelled>
  );
  return (
    <>
      {field('name', words.unitName)}
      {field('abbr', words.abbr, words.abbrHint)}
      {field('code', words.code)}
    </>
  );
}

export function NewUnit({ above, done }: { above: Unit; done: (id: string) => void }) {
  const id = useId();
  const client = useQueryClient();
  const { message } = App.useApp();
  const first = { id: '', agency: above.agency, region: above.region, name: '', abbr: '', code: '' };
  const { value: d, set, clear } = useKept(`unit.below.${above.id}`, first);
  const add = useMutation({
    mutationFn: (body: typeof d) => take(api.POST('/api/units/{unit}/units', { params: { path: { unit: above.id } }, body })),
    onSuccess: async (_, added) => {
      void message.success(words.unitAdded(added.name));
      await client.invalidateQueries({ queryKey: ['units'] });
      clear();
      done(added.id);
    },
  });
  const put = (change: Partial<typeof d>) => {
    forget(add);
    set(change);
  };
  const told = faultsOf(add.error, Object.keys(first));
  const agencies = useTable('agency').data?.rows ?? [];
  const regions = useTable('region').data?.rows ?? [];
  const chosen = (place: 'agency' | 'region', called: string, options: { value: string; label: string }[]) => (
    <Labelled id={id + place} name={called} faults={told.at(place)}>
      <Select id={id + place} value={d[place]} onChange={(v: string) => put({ [place]: v })} options={options} showSearch optionFilterProp="label" />
    </Labelled>
  );
  return (
    <form
      className="form"
      onSubmit={(e) => {
        e.preventDefault();
        add.mutate(d);
      }}
    >
      {told.rest && <Refusal problem={told.rest} />}
      <Called id={id} value={d} put={put} faults={told.at} />
      {chosen('agency', words.agency, agencies)}
      {chosen('region', words.region, regions)}
      <Labelled id={`${id}id`} name={words.unitId} faults={told.at('id')}>
        <Input id={`${id}id`} value={d.id} onChange={(e) => put({ id: e.target.value })} autoComplete="off" />
        <small className="soft">{words.unitIdHint}</small>
      </Labelled>
      <div className="foot">
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {words.create}
        </Button>
      </div>
    </form>
  );
}
