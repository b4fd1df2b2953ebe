/** What would go out, what stays behind, and what the receiver's rules say to it. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Reason } from '../../api/problem';
import { useClock } from '../../api/queries';
import type { CaseFile, Finding, Going, ProcessForms, Rehearsed } from '../../api/types';
import { handover as words } from '../../text/handover';
import { Reasons } from '../Refusal';
import { dueOf, sizeOf } from '../time';
import { Checks } from './Checks';
import { suppliers } from './suppliers';

const reasonsOf = (all: Rehearsed['reasons']): Reason[] =>
  all.map((r) => ({ text: r.text, basis: r.basis ?? [], place: r.place ?? undefined, requirement: r.requirement ?? undefined, code: r.code ?? undefined }));

interface Props {
  of: Rehearsed;
  file: CaseFile;
  forms: ProcessForms[];
  /** The act under way: what it asks for itself is filled in here. */
  action?: string;
  /** Back to the fields. */
  back?: () => void;
}

export function Review({ of, file, forms, action, back }: Props) {
  const remedy = (f: Finding) => <Remedy finding={f} file={file} forms={forms} action={action} back={back} />;
  return (
    <div className="form">
      {of.reasons.length > 0 && (
        <section>
          <h3>{words.reasons}</h3>
          <Reasons of={reasonsOf(of.reasons)} />
          {back && (
            <button type="button" className="as-link" onClick={back}>
              {words.fillHere}
            </button>
          )}
        </section>
      )}
      {of.checks.some((c) => c.findings.length > 0) && (
        <section>
          <h3>{words.own}</h3>
          <Checks of={of.checks} remedy={remedy} />
        </section>
      )}
      {of.going.map((g) => (
        <OneGoing key={`${g.kind}${g.to}`} of={g} file={file} remedy={remedy} />
      ))}
    </div>
  );
}

function OneGoing({ of: g, file, remedy }: { of: Going; file: CaseFile; remedy: (f: Finding) => ReactNode }) {
  const now = useClock().data?.now;
  return (
    <section className="going">
      <h3>{words.going(g.name, g.to_name)}</h3>
      <p>
        {g.subjects.join('、')}　{words.weight(g.subjects.length, g.materials.length, g.pages, g.bytes > 0 ? sizeOf(g.bytes) : '')}
        {'　'}
        <span className="soft">{g.answer_due && now ? words.answerDue(dueOf(g.answer_due, now)) : !g.handover && words.notice}</span>
      </p>
      {g.refused.length > 0 && (
        <div className="pad-b">
          <p className="tag tag-danger">{words.refused}</p>
          <Reasons of={reasonsOf(g.refused)} />
        </div>
      )}
      {g.acceptance && (
        <div className="pad-b">
          <h4>
            {words.acceptance(g.to_name)}
            <span className="soft">　{words.acceptanceHint}</span>
          </h4>
          <Checks of={g.acceptance.checks} follows={words.returned} remedy={remedy} />
        </div>
      )}
      {g.materials.length > 0 && (
        <details className="folded" open={g.handover && g.materials.length <= 12}>
          <summary>{words.materials(g.materials.length, g.pages)}</summary>
          <div className="scroll" tabIndex={0} role="region" aria-label={words.materials(g.materials.length, g.pages)}>
            <table className="list">
              <thead>
                <tr>
                  <th>{words.columns.title}</th>
                  <th>{words.columns.number}</th>
                  <th>{words.columns.volume}</th>
                  <th className="right">{words.columns.pages}</th>
                </tr>
              </thead>
              <tbody>
                {g.materials.map((m, i) => (
                  <tr key={m.id ?? `new${i}`}>
                    <th scope="row">
                      {m.id ? <Link to={`/files/${file.row.id}/read/${m.id}`}>{m.title}</Link> : m.title}
                      {!m.id && <span className="tag tag-act">{words.fresh}</span>}
                      {m.before && <span className="tag">{words.before}</span>}
                      {m.corrected && <span className="tag">{words.corrected}</span>}
                    </th>
                    <td className="num">{m.number}</td>
                    <td>{m.volume}</td>
                    <td className="num right">{m.pages}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
      {g.handover && g.materials.length === 0 && <p className="soft">{words.noMaterials}</p>}
      {g.stays.length > 0 && (
        <details className="folded" open={g.handover && g.stays.length <= 6}>
          <summary>{words.stays(g.stays.length)}</summary>
          <ul className="checks">
            {g.stays.map((m) => (
              <li key={m.id}>
                <span className="tag">{words.why[m.why] ?? m.why}</span> {m.title} <span className="soft">{m.volume}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {g.stays_unseen > 0 && <p className="soft">{words.unseen(g.stays_unseen)}</p>}
    </section>
  );
}

/** The page that is meant, the field here, or the acts that supply what is missing. */
function Remedy({ finding, file, forms, action, back }: { finding: Finding } & Omit<Props, 'of'>) {
  const [, material, page] = (finding.place ?? '').split(/[/#]/);
  const own = forms.find((f) => action && f.acts[action])?.acts[action ?? ''];
  const here = own && (finding.missing ?? []).some((m) => own.form.includes(m));
  const acts = suppliers(finding, file, forms).filter((s) => s.action !== action);
  return (
    <span className="remedy">
      {material && file.situation.materials.some((m) => m.id === material) && (
        <Link to={`/files/${file.row.id}/read/${material}${page?.startsWith('p') ? `/${page.slice(1)}` : ''}`}>{words.look}</Link>
      )}
      {here && back && (
        <button type="button" className="as-link" onClick={back}>
          {words.fillHere}
        </button>
      )}
      {acts.slice(0, 1).map((s) => (
        <Link key={s.instance + s.action} to={`/files/${file.row.id}/do/${s.instance}/${s.action}`}>
          {words.supply(s.name)}
        </Link>
      ))}
    </span>
  );
}
