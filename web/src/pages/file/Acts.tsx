/** What can be done as buttons; what cannot, with the reason and its article; what waits for approval. */
import { PlusOutlined } from '@ant-design/icons';
import { Link } from 'react-router';
import { useFormsOf } from '../../api/queries';
import type { CaseFile, Names, Offer } from '../../api/types';
import { Findings, counted } from '../../parts/Findings';
import { useUser } from '../../parts/session';
import { LinkButton } from '../../parts/LinkButton';
import { Loading } from '../../parts/States';
import { momentCn } from '../../parts/time';
import { file as words } from '../../text/file';

interface Placed {
  instance: string;
  process: string;
  /** What stands against it is filled in with it. */
  fills: boolean;
  /** It moves the case on. */
  moves: boolean;
  offer: Offer;
}

/** So many acts stand in a row; of more, those that move nothing are folded away. */
const ROW = 8;

/** Everything that blocks the act is a field that its own form asks for. */
function fillsItself(offer: Offer, form: string[]): boolean {
  const blocks = offer.findings.filter((f) => f.severity === 'block');
  return blocks.every((f) => (f.missing ?? []).length > 0 && (f.missing ?? []).every((m) => form.includes(m)));
}

function Lacking({ of, names }: { of: Placed; names: Names }) {
  return <Findings of={of.offer.findings.filter((f) => f.severity === 'block')} names={names} lacking />;
}

export function Acts({ file }: { file: CaseFile }) {
  const user = useUser();
  const { data: forms, pending } = useFormsOf(file.situation.instances);
  const all: Placed[] = file.instances.flatMap((i) => {
    const running = file.situation.instances.find((x) => x.id === i.id);
    const acts = forms.find((f) => f.process === running?.process && f.library === running?.library)?.acts;
    return i.offers.map((offer) => {
      const act = acts?.[offer.action];
      return { instance: i.id, process: i.name, offer, fills: fillsItself(offer, act?.form ?? []), moves: offer.main || !!act?.to };
    });
  });
  const mine = all.filter((p) => p.offer.mine && p.offer.subjects.length > 0);
  const expected = (a: Placed, b: Placed) => Number(b.offer.main) - Number(a.offer.main);
  const free = mine.filter((p) => !p.offer.blocked || p.fills).toSorted(expected);
  const stopped = mine.filter((p) => p.offer.blocked && !p.fills);
  // What moves the case on says at once what it lacks; the others when one asks.
  const aside = stopped.filter((p) => !p.offer.main);
  const others = all.filter((p) => !p.offer.mine && p.offer.subjects.length > 0);
  const waiting = file.situation.instances.flatMap((i) => i.proposals.filter((p) => p.open).map((p) => ({ i, p })));
  if (file.row.closed) return <p className="empty">{words.locked}</p>;
  // Where an act stands depends on its form: nothing is shown that would jump when the form comes.
  if (pending) return <Loading rows={2} />;
  const many = new Set(all.map((p) => p.process)).size > 1;
  const moving = free.filter((p) => p.moves);
  const first = free.length <= ROW || moving.length === 0 ? free : moving;
  const rest = free.filter((p) => !first.includes(p));
  const button = (p: Placed) => (
    <LinkButton key={p.instance + p.offer.action} to={to(p)} title={many ? p.process : undefined} type={p.offer.main ? 'primary' : 'default'}>
      {p.offer.name}
    </LinkButton>
  );
  const to = (p: Placed) => `/files/${file.row.id}/do/${p.instance}/${p.offer.action}`;
  return (
    <section className="block" aria-label={words.mine}>
      <h2>{words.mine}</h2>
      {waiting.map(({ i, p }) => {
        const step = p.chain[p.opinions.length] ?? [];
        const can = p.by !== user.id && step.some((r) => user.roles.includes(r));
        return (
          <div key={i.id + p.id} className="acts">
            <span className="tag tag-act">{words.proposals}</span>
            <span className="grow">
              <b>{file.names.actions[`${i.process}.${p.action}`] ?? p.action}</b>{'　'}
              {words.proposedBy(file.names.users[p.by] ?? p.by, momentCn(p.at))}，
              {words.waitsFor(step.map((r) => file.names.roles[r] ?? r).join('、'))}
            </span>
            <LinkButton to={`/files/${file.row.id}/approve/${i.id}/${p.id}`} type={can ? 'primary' : 'default'}>
                {can ? words.goApprove : words.read}
              </LinkButton>
          </div>
        );
      })}
      {free.length > 0 || file.openings.length > 0 ? (
        <div className="acts">
          {first.map(button)}
          {file.openings.map((o) => (
            <LinkButton key={o.process} to={`/files/${file.row.id}/start/${o.process}`} title={words.opens(o.name)} icon={<PlusOutlined />}>
              {o.action}
            </LinkButton>
          ))}
        </div>
      ) : (
        waiting.length === 0 && stopped.length === 0 && <p className="empty">{words.mineNone}</p>
      )}
      {rest.length > 0 && (
        <details className="stops folded">
          <summary>{words.rest(rest.length)}</summary>
          <div className="acts">{rest.map(button)}</div>
        </details>
      )}
      {stopped
        .filter((p) => p.offer.main)
        .map((p) => (
          <details key={p.instance + p.offer.action} className="stops" open>
            <summary>
              <b>{p.offer.name}</b>
              {words.lacks(counted(p.offer.findings).bad)}
            </summary>
            <Link to={to(p)}>{words.fill}</Link>
            <Lacking of={p} names={file.names} />
          </details>
        ))}
      {aside.length > 0 && (
        <details className="stops" open={aside.length <= 2 && aside.length === stopped.length}>
          <summary>{words.blocked(aside.length, aside.map((p) => p.offer.name).join('、'))}</summary>
          <ul>
            {aside.map((p) => (
              <li key={p.instance + p.offer.action}>
                <b>{p.offer.name}</b>
                <Link to={to(p)}>{words.fill}</Link>
                <Lacking of={p} names={file.names} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {others.length > 0 && (
        <details className="stops folded">
          <summary>
            {words.others}（{others.length}）
          </summary>
          <ul>
            {others.map((p) => (
              <li key={p.instance + p.offer.action}>
                {p.offer.name}
                <span className="soft">　{p.offer.by.map((r) => file.names.roles[r] ?? r).join('、')}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
