/** The people of a unit; one opens beside the list, and stands in the address. */
import { Button, Drawer, Input, Segmented } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useMembers } from '../../api/queries';
import type { Member, Unit } from '../../api/types';
import { useOpening } from '../../parts/opening';
import { type Column, useSorted } from '../../parts/sorted';
import { Empty, Read } from '../../parts/States';
import { admin as words } from '../../text/admin';
import { common } from '../../text/common';
import { NewPerson } from './NewPerson';
import { Person } from './Person';

export function People({ unit }: { unit: Unit }) {
  const members = useMembers(unit.id);
  const [params, setParams] = useSearchParams();
  const text = params.get('text') ?? '';
  const state = params.get('state') ?? 'active';
  const open = params.get('person');
  const go = (next: Record<string, string | undefined>) => {
    const all = { ...Object.fromEntries(params), ...next };
    setParams(Object.fromEntries(Object.entries(all).filter((e): e is [string, string] => !!e[1])), { replace: true });
  };
  const shown = (m: Member) => (state === 'all' || m.active === (state === 'active')) && (!text || m.name.includes(text) || (m.login ?? '').includes(text));
  const close = () => go({ person: undefined });
  return (
    <>
      <div className="bar">
        <Segmented
          value={state}
          onChange={(v) => go({ state: v })}
          options={[
            { value: 'active', label: words.enabled },
            { value: 'stopped', label: words.stopped },
            { value: 'all', label: words.all },
          ]}
        />
        <Input className="find" allowClear value={text} onChange={(e) => go({ text: e.target.value })} placeholder={words.find} aria-label={words.find} />
        <Button type="primary" onClick={() => go({ person: 'new' })}>
          {words.addPerson}
        </Button>
      </div>
      <Read of={members} rows={6}>
        {(all) => {
          const rows = all.filter(shown);
          const person = all.find((m) => m.id === open);
          return (
            <>
              {rows.length === 0 ? (
                <Empty>{all.length === 0 ? words.noPeople : text ? words.nobodyFound(text) : words.nobodyOf(state === 'stopped' ? words.stopped : words.enabled)}</Empty>
              ) : (
                <Table of={rows} to={(m) => `/admin?${new URLSearchParams({ ...Object.fromEntries(params), person: m.id }).toString()}`} />
              )}
              <Drawer open={open === 'new' || !!person} onClose={close} size={640} title={person ? words.person(person.name) : words.addPerson} destroyOnHidden>
                {open === 'new' && <NewPerson unit={unit} done={(id) => go({ person: id, state: undefined })} />}
                {person && <Person key={person.id} of={person} unit={unit} />}
              </Drawer>
            </>
          );
        }}
      </Read>
    </>
  );
}

const rolesOf = (m: Member) =>
  (m.terms ?? [])
    .filter((t) => t.in_force)
    .map((t) => t.name)
    .join('、');

function Table({ of, to }: { of: Member[]; to: (m: Member) => string }) {
  const opening = useOpening();
  const { rows, heads } = useSorted(of, [
    { key: 'name', name: words.columns.name, by: (m) => m.name },
    { key: 'login', name: words.columns.login, by: (m) => m.login ?? '' },
    { key: 'roles', name: words.columns.roles, by: rolesOf },
    { key: 'clearance', name: words.columns.clearance, by: (m) => m.clearance ?? 0 },
    { key: 'state', name: words.columns.state, by: (m) => Number(!m.active) },
  ] satisfies Column<Member>[]);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words.people}>
      <table className="list">
        <thead>
          <tr>{heads}</tr>
        </thead>
        <tbody>
          {rows.map((m) => (
            <tr key={m.id} {...opening(to(m))}>
              <th scope="row">
                <Link to={to(m)}>{m.name}</Link>
              </th>
              <td>{m.login}</td>
              <td>{rolesOf(m) || <span className="soft">{words.noRoles}</span>}</td>
              <td>{common.grades[m.clearance ?? 0]}</td>
              <td>{m.active ? words.enabled : <span className="tag tag-soon">{words.stopped}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
