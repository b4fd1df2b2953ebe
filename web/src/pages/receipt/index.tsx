/** A receipt of a hand-over with the list of what it carried, as an office would file it: A4, in a Song face. */
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { useClock, useManifest } from '../../api/queries';
import { LinkButton } from '../../parts/LinkButton';
import { useUser } from '../../parts/session';
import { Read } from '../../parts/States';
import { momentCn } from '../../parts/time';
import { useTitle } from '../../parts/title';
import type { Manifest } from '../../api/types';
import { common } from '../../text/common';
import { file as fileWords } from '../../text/file';
import { receipt as words } from '../../text/receipt';

/** A number is given with what is taken; what is returned has none. */
const TAKEN = ['received', 'accepted'];

function Answer({ of: r }: { of: Manifest['technical'] }) {
  if (!r) return words.none;
  return (
    <>
      {fileWords.answers[r.answer] ?? r.answer}　{TAKEN.includes(r.answer) && `${words.number(r.number)}　`}
      <span className="num">{momentCn(r.at)}</span>
    </>
  );
}

/** Two lines of 32 digits where there is no room for one. */
function Digest({ of }: { of: string }) {
  return (
    <span className="sm3">
      {of.slice(0, 32)}
      <wbr />
      {of.slice(32)}
    </span>
  );
}

export function Component() {
  const { file = '', message = '' } = useParams();
  const read = useManifest(file, message);
  const user = useUser();
  const now = useClock().data?.now;
  useTitle(words.title);
  return (
    <Read of={read} rows={10}>
      {(m) => {
        const lines: [string, ReactNode][] = [
          [words.message, `${m.name}${m.batch > 1 ? words.batch(m.batch) : ''}`],
          [words.file, m.title],
          [words.matter, m.matter],
          [words.subjects, m.subjects.join('、')],
          [words.from, m.from_name],
          [words.to, m.to_name],
          [words.at, <span key="at" className="num">{momentCn(m.at)}</span>],
          [words.id, m.message],
          [words.materials, words.total(m.materials.length + m.unseen, m.pages)],
          ...(m.reason ? [[words.reason, m.reason] as [string, ReactNode]] : []),
          [words.digest, <Digest key="digest" of={m.digest} />],
          [words.technical, <Answer key="technical" of={m.technical} />],
          // A notice is received, and that is all.
          ...(m.answered || m.business ? [[words.business, <Answer key="business" of={m.business} />] as [string, ReactNode]] : []),
        ];
        return (
          <main>
            <div className="print-bar">
              <Button type="primary" onClick={() => window.print()}>
                {words.print}
              </Button>
              <LinkButton to={`/files/${file}?tab=flow`}>{common.back}</LinkButton>
            </div>
            <article className="a4">
              <h1>{words.title}</h1>
              <table>
                <tbody>
                  {lines.map(([name, value]) => (
                    <tr key={name}>
                      <th scope="row">{name}</th>
                      <td>{value}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <h2>{words.list}</h2>
              {m.materials.length === 0 ? (
                <p>{words.noMaterials}</p>
              ) : (
                <div className="scroll">
                  <table className="carried">
                    <thead>
                      <tr>
                        <th>{words.columns.no}</th>
                        <th>{words.columns.title}</th>
                        <th>{words.columns.volume}</th>
                        <th>{words.columns.listed}</th>
                        <th>{words.columns.pages}</th>
                        <th>{words.columns.sm3}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {m.materials.map((x, i) => (
                        <tr key={`${x.sm3}${i}`}>
                          <td>{i + 1}</td>
                          <td>
                            {x.title}
                            {x.number && <span className="no">{x.number}</span>}
                          </td>
                          <td>{x.volume}</td>
                          <td>{x.listed ? [...new Set(x.listed)].join('–') : common.none}</td>
                          <td>{x.pages}</td>
                          <td>
                            <Digest of={x.sm3} />
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
              {m.unseen > 0 && <p>{words.unseen(m.unseen)}</p>}
              <p className="note">{words.note}</p>
              <p className="note">{words.printed(`${user.unit_name} ${user.name}`, now ? momentCn(now) : '')}</p>
            </article>
          </main>
        );
      }}
    </Read>
  );
}
