/** The dossier beside the draft. */
import { Button, Select } from 'antd';
import type { CaseFile } from '../../api/types';
import { Sheet } from '../../parts/Sheet';
import { approve as words } from '../../text/approve';
import { file as fileWords } from '../../text/file';
import { reader } from '../../text/reader';

interface Props {
  file: CaseFile;
  /** What is open: the first material where nothing is. */
  at: { material?: string; page: number };
  open: (material: string, page: number) => void;
}

export function Evidence({ file, at: { material, page }, open }: Props) {
  const readable = file.situation.materials.filter((m) => m.pages > 0);
  const m = readable.find((x) => x.id === material) ?? readable[0];
  if (!m) return <p className="empty">{file.reads ? fileWords.noMaterials : fileWords.noReading}</p>;
  return (
    <>
      <div className="pagebar">
        <Select
          aria-label={words.chooseEvidence}
          value={m.id}
          onChange={(id: string) => open(id, 1)}
          options={readable.map((x) => ({ value: x.id, label: x.corrected_by ? words.correctedOne(x.title) : x.title }))}
          showSearch
          optionFilterProp="label"
        />
        <Button disabled={page <= 1} onClick={() => open(m.id, page - 1)}>
          {words.previousPage}
        </Button>
        <span className="num">{reader.page(page, m.pages)}</span>
        <Button disabled={page >= m.pages} onClick={() => open(m.id, page + 1)}>
          {words.nextPage}
        </Button>
      </div>
      <Sheet key={`${m.id}${page}`} src={`/api/files/${file.row.id}/materials/${m.id}/pages/${page}?width=1200`} alt={`${m.title} ${page}`} />
    </>
  );
}
