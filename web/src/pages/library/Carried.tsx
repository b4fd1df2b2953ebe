/** The documents of a process, and the messages that it sends and takes. */
import type { ProcessPage } from '../../api/types';
import { Basis } from '../../parts/Basis';
import { common } from '../../text/common';
import { library as words } from '../../text/library';
import { Confidence, Needs } from './parts';

export function Documents({ page: p }: { page: ProcessPage }) {
  if (p.documents.length === 0) return <p className="empty">{words.noDocuments}</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words.parts.documents}>
      <table className="list wide-table">
        <thead>
          <tr>
            <th>{words.document}</th>
            <th>{words.volume}</th>
            <th>{words.sign}</th>
            <th>{words.served}</th>
            <th>{words.usedIn}</th>
            <th>{common.basis}</th>
          </tr>
        </thead>
        <tbody>
          {p.documents.map((d) => (
            <tr key={d.id} id={`doc-${d.id}`}>
              <th scope="row">
                《{d.name}》 <code className="soft">{d.id}</code> <Confidence of={d.confidence} />
              </th>
              <td>{d.volume}</td>
              <td>{[d.sign, d.seal && words.seal].filter(Boolean).join('；')}</td>
              <td>{d.served_on}</td>
              <td>
                {d.issued_by.join('、')}
                <Needs of={d.asked_by} page={p} />
              </td>
              <td>
                <Basis of={d.basis} bare />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Messages({ page: p }: { page: ProcessPage }) {
  if (p.messages.length === 0) return <p className="empty">{words.noMessages}</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words.parts.messages}>
      <table className="list wide-table">
        <thead>
          <tr>
            <th>{words.parts.messages}</th>
            <th>{words.between}</th>
            <th>{words.carries}</th>
            <th>{words.answer}</th>
            <th>{common.basis}</th>
          </tr>
        </thead>
        <tbody>
          {p.messages.map((m) => (
            <tr key={`${m.id}${m.sent}`}>
              <th scope="row">
                <span className={m.sent ? 'tag tag-act' : 'tag'}>{m.sent ? `↑ ${words.sent}` : `↓ ${words.received}`}</span> {m.name}{' '}
                <code className="soft">{m.id}</code> <Confidence of={m.confidence} />
              </th>
              <td>
                {m.from.join('、')} → {m.to.join('、')}
              </td>
              <td>{[...m.volumes, ...m.documents.map((d) => `《${d}》`)].join('、') || common.none}</td>
              <td>{m.handover ? `${words.handover}${m.answer ? `，${words.answerIn(m.answer)}` : ''}` : words.noAnswer}</td>
              <td>
                <Basis of={m.basis} bare />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
