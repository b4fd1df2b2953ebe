/** The legal documents of the case: what acts issue, by kind, number and date. */
import { Select } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useLibrary } from '../../api/queries';
import type { CaseFile, Library, Material } from '../../api/types';
import { useOpening } from '../../parts/opening';
import { type Column, useSorted } from '../../parts/sorted';
import { Read } from '../../parts/States';
import { common } from '../../text/common';
import { file as all } from '../../text/file';

const words = all.documents;

export function DocumentsTab({ file }: { file: CaseFile }) {
  const library = useLibrary();
  if (!file.reads) return <p className="empty">{all.noReading}</p>;
  return <Read of={library}>{({ documents }) => <Documents file={file} kinds={documents} />}</Read>;
}

function Documents({ file, kinds }: { file: CaseFile; kinds: Library['documents'] }) {
  const [params, setParams] = useSearchParams();
  const kind = params.get('kind') ?? undefined;
  const { names, situation, row } = file;
  const opening = useOpening();
  const issued = situation.materials.filter((m) => kinds[m.kind]?.issued);
  const date = (m: Material) => m.date ?? m.filed_at;
  const shown = issued.filter((m) => !kind || m.kind === kind).toSorted((a, b) => date(b).localeCompare(date(a)));
  const producer = (m: Material) => situation.volumes.find((v) => v.id === m.volume)?.producer;
  const from = (m: Material) => {
    const by = producer(m);
    return by === row.unit ? words.own : ((by && names.units[by]) ?? by);
  };
  const about = (m: Material) => (m.about ?? []).map((s) => names.subjects[s] ?? s).join('、');
  const columns: Column<Material>[] = [
    { key: 'kind', name: words.kind, by: (m) => m.title },
    { key: 'number', name: words.number, by: (m) => m.number ?? '' },
    { key: 'date', name: words.date, by: (m) => m.date ?? '' },
    { key: 'responsible', name: words.responsible, by: (m) => m.responsible ?? '' },
    { key: 'about', name: words.about, by: about },
    { key: 'came', name: words.came, by: from },
  ];
  const sorted = useSorted(shown, columns);
  if (issued.length === 0) return <p className="empty">{words.none}</p>;
  const choose = (value: string | undefined) =>
    setParams((p) => {
      if (value) p.set('kind', value);
      else p.delete('kind');
      return p;
    }, { replace: true });
  return (
    <>
      <div className="bar">
        <span className="soft grow">{common.materials(shown.length)}</span>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={words.group}
          placeholder={words.group}
          className="kind-select"
          value={kind}
          onChange={choose}
          options={[...new Set(issued.map((m) => m.kind))].map((k) => ({ value: k, label: names.documents[k] ?? k }))}
        />
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label={all.tabs.documents}>
        <table className="list">
          <thead>
            <tr>{sorted.heads}</tr>
          </thead>
          <tbody>
            {sorted.rows.map((m) => (
              <tr key={m.id} {...opening(`/files/${row.id}/read/${m.id}`)}>
                <th scope="row">
                  <Link to={`/files/${row.id}/read/${m.id}`}>{m.title}</Link>
                  {m.corrected_by && <span className="tag">{all.corrected}</span>}
                  {names.documents[m.kind] !== m.title && <div className="soft">{names.documents[m.kind]}</div>}
                </th>
                <td className="num">{m.number}</td>
                <td className="num">{m.date}</td>
                <td>{m.responsible}</td>
                <td>{about(m)}</td>
                <td className="soft">{from(m)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
