/** One person: roles with their terms, clearance, account, password. Nobody changes himself. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Select } from 'antd';
import { useId, useRef, useState } from 'react';
import { api, take } from '../../api/client';
import type { Reason } from '../../api/problem';
import { useClock } from '../../api/queries';
import type { Member, Unit } from '../../api/types';
import { GRADES } from '../../parts/grades';
import { faultsOf, forget } from '../../parts/faults';
import { Labelled } from '../../parts/form/Field';
import { Refusal } from '../../parts/Refusal';
import { useUser } from '../../parts/session';
import { dateOf } from '../../parts/time';
import { admin as words } from '../../text/admin';
import { GiveRole } from './GiveRole';
import { Temporary } from './Temporary';

export function Person({ of: m, unit }: { of: Member; unit: Unit }) {
  const me = useUser().id === m.id;
  // Roles run by the time of the law.
  const now = useClock().data?.now;
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const again = (text: string) => {
    void message.success(text);
    void client.invalidateQueries({ queryKey: ['members', unit.id] });
  };
  const top = useRef<HTMLDivElement>(null);
  const deed = useMutation({
    mutationFn: ({ ask }: { ask: () => Promise<unknown>; said: string }) => ask(),
    onSuccess: (_, { said }) => again(said),
    onError: (e) => faultsOf(e, ['name']).rest && top.current?.scrollIntoView(),
  });
  const change = (parts: { clearance?: number; active?: boolean; name?: string }) =>
    deed.mutate({
      ask: () => take(api.PUT('/api/users/{user}', { params: { path: { user: m.id } }, body: { clearance: m.clearance ?? 0, active: m.active, ...parts } })),
      said: words.saved,
    });
  const end = (role: string) =>
    deed.mutate({ ask: () => take(api.DELETE('/api/users/{user}/roles/{role}', { params: { path: { user: m.id, role } } })), said: words.ended });
  const changed = () => forget(deed);
  const told = faultsOf(deed.error, ['name']);
  const stop = () => {
    modal.confirm({
      title: words.stopAsk(m.name),
      content: words.stopFollows,
      okText: words.stop,
      onOk: () => change({ active: false }),
    });
  };
  const dismiss = (role: string, name: string) => {
    modal.confirm({ title: words.endAsk(m.name, name), content: words.endFollows, okText: words.end, onOk: () => end(role) });
  };
  return (
    <div ref={top} className="form">
      {me && <p className="tag tag-soon">{words.self}</p>}
      {told.rest && <Refusal problem={told.rest} />}
      <section>
        <h3>{words.roles}</h3>
        <ul className="checks">
          {(m.terms ?? []).map((t) => {
            const over = !t.in_force && !!t.to && now !== undefined && new Date(t.to).getTime() <= new Date(now).getTime();
            return (
              <li key={`${t.role}${t.from}`} className="row">
                <span className={t.in_force ? 'tag tag-good' : 'tag'}>{t.in_force ? words.inForce : over ? words.over : words.later}</span>
                <span className="grow">
                  {t.name}{' '}
                  <span className="soft num">
                    {dateOf(t.from)} — {t.to ? dateOf(t.to) : words.forever}
                  </span>
                </span>
                {t.in_force && !me && (
                  <Button size="small" onClick={() => dismiss(t.role, t.name)}>
                    {words.end}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
        {(m.terms ?? []).length === 0 && <p className="soft">{words.noRoles}</p>}
        {!me && <GiveRole person={m} unit={unit} done={again} />}
      </section>
      <section>
        <h3>{words.clearance}</h3>
        <Clearance key={m.clearance} value={m.clearance ?? 0} disabled={me} changed={changed} save={(clearance) => change({ clearance })} />
      </section>
      {!me && (
        <section>
          <h3>{words.name}</h3>
          <Name key={m.name} value={m.name} faults={told.at('name')} changed={changed} save={(name) => change({ name })} />
        </section>
      )}
      {!me && (
        <section>
          <h3>{words.account}</h3>
          <div className="row">
            <span className="grow">{m.active ? words.enabled : words.disabled}</span>
            {m.active ? (
              <Button danger onClick={stop} loading={deed.isPending}>
                {words.stop}
              </Button>
            ) : (
              <Button onClick={() => change({ active: true })} loading={deed.isPending}>
                {words.start}
              </Button>
            )}
          </div>
          <SignIn person={m} done={again} />
        </section>
      )}
    </div>
  );
}

function Clearance({ value, disabled, changed, save }: { value: number; disabled: boolean; changed: () => void; save: (v: number) => void }) {
  const [chosen, setChosen] = useState(value);
  const choose = (v: number) => {
    changed();
    setChosen(v);
  };
  return (
    <div className="row">
      <Select aria-label={words.clearance} value={chosen} onChange={choose} options={GRADES} disabled={disabled} className="short" />
      {chosen !== value && (
        <Button type="primary" onClick={() => save(chosen)}>
          {words.save}
        </Button>
      )}
    </div>
  );
}

function Name({ value, faults, changed, save }: { value: string; faults: Reason[] | undefined; changed: () => void; save: (v: string) => void }) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const type = (v: string) => {
    changed();
    setTyped(v);
  };
  return (
    <Labelled id={id} name={words.correctName} faults={faults}>
      <div className="row">
        <Input id={id} className="short" value={typed} onChange={(e) => type(e.target.value)} autoComplete="off" maxLength={60} />
        {typed !== value && <Button onClick={() => save(typed)}>{words.correctName}</Button>}
      </div>
      <small className="soft">{words.nameHint}</small>
    </Labelled>
  );
}

/** What may be done for somebody who forgot his password, lost his phone, or left a screen open. */
function SignIn({ person, done }: { person: Member; done: (text: string) => void }) {
  const path = { params: { path: { user: person.id } } };
  const reset = useMutation({ mutationFn: () => take(api.PUT('/api/users/{user}/password', path)), onSuccess: () => done(words.resetDone) });
  const end = useMutation({ mutationFn: () => take(api.DELETE('/api/users/{user}/sessions', path)), onSuccess: () => done(words.sessionsEnded) });
  const factors = useMutation({ mutationFn: () => take(api.DELETE('/api/users/{user}/factors', path)), onSuccess: () => done(words.factorsRemoved) });
  const passkeys = useMutation({ mutationFn: () => take(api.DELETE('/api/users/{user}/passkeys', path)), onSuccess: () => done(words.passkeysRemoved) });
  const { modal } = App.useApp();
  const ask = (title: string, okText: string, run: () => void) => void modal.confirm({ title, content: words.signInHint, okText, onOk: run });
  const all = [reset, end, factors, passkeys];
  const run = (deed: { mutate: () => void }) => {
    forget(...all);
    deed.mutate();
  };
  const refused = faultsOf(all.find((m) => m.error)?.error, []).rest;
  return (
    <>
      {refused && <Refusal problem={refused} />}
      {reset.data && <Temporary of={reset.data} name={person.name} />}
      <div className="row">
        <Button onClick={() => ask(words.resetAsk(person.name), words.reset, () => run(reset))} loading={reset.isPending}>
          {words.reset}
        </Button>
        <Button onClick={() => run(end)} loading={end.isPending}>
          {words.endSessions}
        </Button>
        <Button onClick={() => ask(words.factorsAsk(person.name), words.removeFactors, () => run(factors))} loading={factors.isPending}>
          {words.removeFactors}
        </Button>
        <Button onClick={() => ask(words.passkeysAsk(person.name), words.removePasskeys, () => run(passkeys))} loading={passkeys.isPending}>
          {words.removePasskeys}
        </Button>
      </div>
      <small className="soft">{words.signInHint}</small>
    </>
  );
}
