/** A text whose references to pages of the dossier open them. */
import type { CaseFile } from '../api/types';
import { excerpts as words } from '../text/reader';
import { partsOf } from './cite';

interface Props {
  file: CaseFile;
  text: string;
  open: (material: string, page: number) => void;
}

export function Cited({ file, text, open }: Props) {
  return (
    <>
      {partsOf(file, text).map((part, i) =>
        typeof part === 'string' ? (
          part
        ) : (
          <a
            key={i}
            href={`/files/${file.row.id}/read/${part.material}/${part.page}`}
            title={words.open(part.label)}
            onClick={(e) => {
              if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey) return;
              e.preventDefault();
              open(part.material, part.page);
            }}
          >
            {part.label}
          </a>
        ),
      )}
    </>
  );
}
