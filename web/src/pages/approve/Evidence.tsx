/** The dossier beside the draft. */
import { Button, Select } from 'antd';
import type { CaseFile } from '../../api/types';
import { isRecording } from '../../parts/cite';
import { Recording } from '../../parts/Recording';
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
  const all = file.situation.materials;
  const m = all.find((x) => x.id === material) ?? all.find((x) => x.pages > 0) ?? all[0];
  if (!m) return <p className="empty">{file.reads ? fileWords.noMaterials : fileWords.noReading}</p>;
  const content = `/api/files/${file.row.id}/materials/${m.id}`;
  return (
    <>
      <div className="pagebar">
        <Select
          aria-label={words.chooseEvidence}
          value={m.id}
          onChange={(id: string) => open(id, 1)}
          options={all.map((x) => ({ value: x.id, label: x.corrected_by ? words.correctedOne(x.title) : x.title }))}
          showSearch
          optionFilterProp="label"
        />
        {m.pages > 0 && (
          <>
            <Button disabled={page <= 1} title={page <= 1 ? words.firstPage : undefined} onClick={() => open(m.id, page - 1)}>
              {words.previousPage}
            </Button>
            <span className="num">{reader.page(page, m.pages)}</span>
            <Button disabled={page >= m.pages} title={page >= m.pages ? words.lastPage : undefined} onClick={() => open(m.id, page + 1)}>
              {words.nextPage}
            </Button>
          </>
        )}
      </div>
      {m.pages > 0 ? (
        <Sheet key={`${m.id}${page}`} src={`${content}/pages/${page}?width=1200`} alt={`${m.title} ${page}`} />
      ) : isRecording(m) ? (
        <div className="beside">
          <Recording key={m.id} src={`${content}/content`} m={m} />
        </div>
      ) : (
        <p className="empty">
          {reader.noPages}{'　'}
          <Button href={`${content}/content`} download>
            {reader.download}
          </Button>
        </p>
      )}
    </>
  );
}
