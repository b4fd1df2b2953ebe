/** The catalogue of the dossier, volume by volume; a row opens in the reader. */
import { Link } from 'react-router';
import type { CaseFile, Material } from '../../api/types';
import { LinkButton } from '../../parts/LinkButton';
import { sizeOf } from '../../parts/time';
import { common } from '../../text/common';
import { file as words } from '../../text/file';

export function DossierTab({ file }: { file: CaseFile }) {
  const { situation, names, row } = file;
  if (!file.reads) return <p className="empty">{words.noReading}</p>;
  if (situation.materials.length === 0) return <p className="empty">{words.noMaterials}</p>;
  const of = (volume: string) => situation.materials.filter((m) => m.volume === volume);
  const c = words.columns;
  const pages = (m: Material) => (m.listed ? (m.listed[0] === m.listed[1] ? String(m.listed[0]) : m.listed.join('-')) : m.pages > 0 ? String(m.pages) : words.media);
  return (
    <>
      <div className="bar">
        <span className="soft">
          {common.materials(situation.materials.length)}、{common.pages(situation.materials.reduce((n, m) => n + m.pages, 0))}
        </span>
        <LinkButton to={`/files/${row.id}/read`} type="primary">
            {words.read}
          </LinkButton>
      </div>
      {situation.volumes
        .filter((v) => of(v.id).length > 0)
        .map((v) => (
          <section key={v.id} className="block">
            <h2>
              {names.volumes[v.kind] ?? v.kind}
              <span className="soft count">
                {names.units[v.producer] ?? v.producer}
              </span>
            </h2>
            <div className="scroll" tabIndex={0} role="region" aria-label={words.catalogue}>
              <table className="list catalogue">
                <thead>
                  <tr>
                    <th>{c.no}</th>
                    <th>{c.title}</th>
                    <th>{c.number}</th>
                    <th>{c.date}</th>
                    <th>{c.responsible}</th>
                    <th className="right">{c.pages}</th>
                    <th className="right">{c.size}</th>
                  </tr>
                </thead>
                <tbody>
                  {of(v.id).map((m, i) => (
                    <tr key={m.id}>
                      <td className="num">{i + 1}</td>
                      <th scope="row">
                        <Link to={`/files/${row.id}/read/${m.id}`}>{m.title}</Link>
                        {m.corrected_by && <span className="tag">{words.corrected}</span>}
                      </th>
                      <td className="num">{m.number}</td>
                      <td className="num">{m.date}</td>
                      <td>{m.responsible}</td>
                      <td className="num right">{pages(m)}</td>
                      <td className="num right">{sizeOf(m.bytes)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        ))}
    </>
  );
}
