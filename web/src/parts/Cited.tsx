/** A text whose references to pages of the dossier open them. */
import type { CaseFile } from '../api/types';
import { excerpts as words } from '../text/reader';
import { partsOf, placeOf } from './cite';

interface Props {
  file: CaseFile;
  text: string;
  /** Where a page is opened beside the text; without it, and for a recording, the reader opens in a tab of its own. */
  open?: (material: string, page: number) => void;
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
            className="cited"
            href={placeOf(file.row.id, part)}
            title={words.open(part.label)}
            target={open && part.at === undefined ? undefined : '_blank'}
            onClick={(e) => {
              if (!open || part.at !== undefined || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey) return;
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
