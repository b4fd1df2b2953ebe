/** Reading the dossier: the whole screen, the page as large as it can be, everything on the keyboard. */
import { useCallback } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useFile } from '../../api/queries';
import type { CaseFile } from '../../api/types';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { file as fileWords } from '../../text/file';
import { reader as words } from '../../text/reader';
import { Desk } from './Desk';

export function Component() {
  const { file, material, page } = useParams();
  const read = useFile(file);
  useTitle(read.data ? `${words.title} ${read.data.row.title}` : words.title);
  return <Read of={read}>{(data) => <Opened file={data} material={material} page={Number(page) || 1} />}</Read>;
}

function Opened({ file, material, page }: { file: CaseFile; material: string | undefined; page: number }) {
  const navigate = useNavigate();
  // In the order of the catalogue: volume by volume.
  const materials = file.situation.volumes.flatMap((v) => file.situation.materials.filter((m) => m.volume === v.id));
  const m = materials.find((x) => x.id === material) ?? materials[0];
  const go = useCallback((id: string, p: number) => void navigate(`/files/${file.row.id}/read/${id}/${p}`, { replace: true }), [navigate, file.row.id]);
  const leave = useCallback(() => void navigate(`/files/${file.row.id}?tab=dossier`), [navigate, file.row.id]);
  if (!file.reads) return <p className="empty">{fileWords.noReading}</p>;
  if (!m) return <p className="empty">{fileWords.noMaterials}</p>;
  return <Desk file={file} materials={materials} m={m} page={Math.min(Math.max(1, page), Math.max(1, m.pages))} go={go} leave={leave} />;
}
