/** The catalogue of the dossier, volume by volume; a row opens in the reader. */
import { Link } from 'react-router';
import type { CaseFile, Material } from '../../api/types';
import { LinkButton } from '../../parts/LinkButton';
import { useOpening } from '../../parts/opening';
import { type Column, useSorted } from '../../parts/sorted';
import { sizeOf } from '../../parts/time';
import { common } from '../../text/common';
import { file as words } from '../../text/file';

export function DossierTab({ file }: { file: CaseFile }) {
  const { situation, names, row } = file;
  if (!file.reads) return <p className="empty">{words.noReading}</p>;
  if (situation.materials.length === 0) return <p className="empty">{words.noMaterials}</p>;
  const of = (volume: string) => situation.materials.filter((m) => m.volume === volume);
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
            <Catalogue file={row.id} of={of(v.id)} />
          </section>
        ))}
    </>
  );
}

interface Row {
  m: Material;
  /** Its place in the volume, whatever the order on the page. */
  no: number;
}

function Catalogue({ file, of }: { file: string; of: Material[] }) {
  const c = words.columns;
  const opening = useOpening();
  const { rows, heads } = useSorted(
    of.map((m, i): Row => ({ m, no: i + 1 })),
    [
      { key: 'no', name: c.no, by: (r) => r.no },
      { key: 'title', name: c.title, by: (r) => r.m.title },
      { key: 'number', name: c.number, by: (r) => r.m.number ?? '' },
      { key: 'date', name: c.date, by: (r) => r.m.date ?? '' },
      { key: 'responsible', name: c.responsible, by: (r) => r.m.responsible ?? '' },
      { key: 'pages', name: c.pages, by: (r) => r.m.listed?.[0] ?? r.m.pages, className: 'right' },
      { key: 'size', name: c.size, by: (r) => r.m.bytes, className: 'right' },
    ] satisfies Column<Row>[],
  );
  const pages = (m: Material) => (m.listed ? (m.listed[0] === m.listed[1] ? String(m.listed[0]) : m.listed.join('-')) : m.pages > 0 ? String(m.pages) : words.media);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words.catalogue}>
      <table className="list catalogue">
        <thead>
          <tr>{heads}</tr>
        </thead>
        <tbody>
          {rows.map(({ m, no }) => (
            <tr key={m.id} {...opening(`/files/${file}/read/${m.id}`)}>
              <td className="num">{no}</td>
              <th scope="row">
                <Link to={`/files/${file}/read/${m.id}`}>{m.title}</Link>
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
  );
}
