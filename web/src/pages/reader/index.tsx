/** Reading the dossier: the whole screen, the page as large as it can be, everything on the keyboard. */
import { useCallback, useMemo } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useFile } from '../../api/queries';
import type { CaseFile } from '../../api/types';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { file as fileWords } from '../../text/file';
import { reader as words } from '../../text/reader';
import { Desk } from './Desk';
import { useWhere } from './place';
import './reader.css';

export function Component() {
  const { file } = useParams();
  const read = useFile(file);
  useTitle(read.data ? `${words.title} ${read.data.row.title}` : words.title);
  return <Read of={read}>{(data) => <Opened file={data} />}</Read>;
}

function Opened({ file }: { file: CaseFile }) {
  const navigate = useNavigate();
  // In the order of the catalogue: volume by volume.
  const { volumes, materials } = file.situation;
  const ordered = useMemo(() => volumes.flatMap((v) => materials.filter((m) => m.volume === v.id)), [volumes, materials]);
  const { where, go } = useWhere(file.row.id, ordered);
  const leave = useCallback(() => void navigate(`/files/${file.row.id}?tab=dossier`), [navigate, file.row.id]);
  if (!file.reads) return <p className="empty">{fileWords.noReading}</p>;
  const [first] = ordered;
  if (!where || !first) return <p className="empty">{fileWords.noMaterials}</p>;
  return <Desk file={file} materials={ordered} first={first} where={where} go={go} leave={leave} />;
}
