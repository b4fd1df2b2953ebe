/** One process as a page that a lawyer reads: who may do what, on which conditions, within which time, on which basis. */
import { useEffect } from 'react';
import { Link, useLocation, useParams, useSearchParams } from 'react-router';
import { useProcess } from '../../api/queries';
import type { ProcessPage } from '../../api/types';
import { Basis } from '../../parts/Basis';
import { ProcessFlow } from '../../parts/diagram/ProcessFlow';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { library as words } from '../../text/library';
import { ActRules } from './ActRules';
import { DeadlineRules } from './DeadlineRules';
import { Documents, Messages } from './Carried';
import { Confidence, Items, Rule, Version } from './parts';
import { RequirementRules } from './RequirementRules';
import './library.css';

export function Component() {
  const { process = '' } = useParams();
  const [params] = useSearchParams();
  const page = useProcess(process, params.get('version') ?? undefined);
  useTitle(page.data?.name);
  return (
    <div className="page library">
      <Read of={page} rows={12}>
        {(p) => <Shown page={p} />}
      </Read>
    </div>
  );
}

function Shown({ page: p }: { page: ProcessPage }) {
  const { hash } = useLocation();
  const target = decodeURIComponent(hash.slice(1));
  // What was asked for is there only now.
  useEffect(() => {
    if (!target) return;
    const found = document.getElementById(target);
    found?.querySelector('details')?.setAttribute('open', '');
    found?.scrollIntoView({ block: 'start' });
  }, [target]);
  const parts: [keyof typeof words.parts, number | undefined][] = [
    ['flow', undefined],
    ['acts', p.actions.length],
    ['requirements', p.requirements.length],
    ['deadlines', p.deadlines.length],
    ['documents', p.documents.length],
    ['messages', p.messages.length],
    ['changes', p.changes.length],
  ];
  return (
    <>
      <p className="crumb">
        <Link to="/library">{words.title}</Link> / {p.name}
      </p>
      <h1>
        {p.name} <Confidence of={p.confidence} />
      </h1>
      {!p.current && (
        <p className="former">
          <span className="tag tag-soon">{words.former}</span> {words.formerMeans} <Link to={`/library/${p.id}`}>{words.toCurrent}</Link>
        </p>
      )}
      <nav className="in-page" aria-label={words.inPage}>
        {parts.map(([id, n]) => (
          <a key={id} href={`#${id}`}>
            {words.parts[id]}
            {n !== undefined && <span className="num"> {n}</span>}
          </a>
        ))}
      </nav>
      <section id="summary" className="block">
        <h2>{words.parts.summary}</h2>
        <dl className="pairs summary">
          <Pair name={words.agencies}>{p.agencies.join('、')}</Pair>
          <Pair name={words.subject}>{p.subject}</Pair>
          <Pair name={words.valid}>{p.valid}</Pair>
          <Pair name={words.opened}>
            <Items of={p.opened} />
          </Pair>
          {p.joins.length > 0 && (
            <Pair name={words.joined}>
              <Items of={p.joins.map((j) => words.joins(j.on, j.act, p.states.find((s) => s.id === j.begins)?.name ?? j.begins))} />
            </Pair>
          )}
          <Pair name={words.check} wide>
            <span className="tag tag-good">✓ {words.checked}</span>{' '}
            {p.check.unverified > 0 && <span className="tag tag-soon">{words.unverifiedCount(p.check.unverified)}</span>}{' '}
            {p.check.excerpt > 0 && <span className="tag tag-soon">{words.excerptCount(p.check.excerpt)}</span>}
            <div className="soft">{words.checkedMeans(p.requirements.length)}</div>
          </Pair>
          <Pair name={p.current ? words.version : words.thisVersion} wide>
            <Version of={p.library} />
          </Pair>
        </dl>
        <p className="pad-x">
          <Basis of={p.basis} />
        </p>
      </section>
      <section id="flow" className="block plain">
        <h2>{words.parts.flow}</h2>
        <div className="pad-x">
          <ProcessFlow process={p} />
        </div>
      </section>
      <section id="acts" className="block">
        <h2>{words.parts.acts}</h2>
        <ActRules page={p} />
      </section>
      <section id="requirements" className="block">
        <h2>{words.parts.requirements}</h2>
        <RequirementRules page={p} />
      </section>
      <section id="deadlines" className="block">
        <h2>{words.parts.deadlines}</h2>
        <DeadlineRules page={p} />
      </section>
      <section id="documents" className="block">
        <h2>{words.parts.documents}</h2>
        <Documents page={p} />
      </section>
      <section id="messages" className="block">
        <h2>{words.parts.messages}</h2>
        <Messages page={p} />
      </section>
      <section id="changes" className="block">
        <h2>{words.parts.changes}</h2>
        {p.changes.length === 0 && <p className="empty">{words.noChanges}</p>}
        {p.changes.map((c) => (
          <Rule
            key={`${c.at}${c.text}`}
            id={`change-${c.at}`}
            title={c.text}
            tags={<span className="tag tag-act">{words.changeKinds[c.kind]}</span>}
            code={c.at}
            lines={[
              [words.changedAt, placeOf(c.at) && <a href={`#${placeOf(c.at)}`}>{words.toPlace}</a>],
              [words.why, c.reason],
              [words.parts.changes, `${c.name}（${c.valid}）`],
            ]}
            basis={c.basis}
            confidence={c.confidence}
          />
        ))}
      </section>
    </>
  );
}

/** Where on this page stands what a change points at, such as `process/XQ01/deadlines/D56/warn`. */
function placeOf(at: string): string | undefined {
  const [, , kind, id] = at.split('/');
  const places: Record<string, string> = { actions: 'act', deadlines: 'deadline', requirements: 'req' };
  return kind && id && places[kind] ? `${places[kind]}-${id}` : undefined;
}

function Pair({ name, wide, children }: { name: string; wide?: boolean; children: React.ReactNode }) {
  return (
    <div className={wide ? 'wide' : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
