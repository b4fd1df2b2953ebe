/** The bar at the edge: where one is, and what can be done with the page. */
import { Button, Dropdown } from 'antd';
import type { Material } from '../../api/types';
import { volumePage } from '../../parts/cite';
import { common } from '../../text/common';
import { file as fileWords } from '../../text/file';
import { notes as noteWords, reader as words } from '../../text/reader';

export interface Actions {
  leave: () => void;
  turnTo: (page: number) => void;
  zoom: (out: boolean) => void;
  fit: () => void;
  turn: () => void;
  side: () => void;
  mark: () => void;
  draw: () => void;
  write: () => void;
  panel: () => void;
  help: () => void;
  print: () => void;
}

interface Props {
  /** Where the original is. */
  content: string;
  m: Material;
  page: number;
  fits: boolean;
  sided: boolean;
  drawing: boolean;
  on: Actions;
}

export function Tools({ content, m, page, fits, sided, drawing, on }: Props) {
  const button = (label: string, act: () => void, pressed?: boolean) => (
    <Button type="text" onClick={act} aria-pressed={pressed} className={pressed ? 'pressed' : undefined}>
      {label}
    </Button>
  );
  return (
    <header className="tools">
      {button(common.toCase, on.leave)}
      {button(words.panel, on.panel)}
      <h1>
        {m.title} {m.corrected_by && <span className="tag">{fileWords.corrected}</span>}
      </h1>
      {m.listed?.[0] ? <span className="num soft">{words.volumePage(volumePage(m, page))}</span> : null}
      <span className="grow" />
      {m.pages > 0 && (
        <>
          {button(words.previous, () => on.turnTo(page - 1))}
          <span className="num" aria-live="polite">
            {words.page(page, m.pages)}
          </span>
          {button(words.next, () => on.turnTo(page + 1))}
          {button(words.smaller, () => on.zoom(true))}
          {button(words.larger, () => on.zoom(false))}
          {button(fits ? words.fitWidth : words.fit, on.fit)}
          {button(words.rotate, on.turn)}
          {button(noteWords.draw, on.draw, drawing)}
        </>
      )}
      {button(sided ? words.alone : words.side, on.side)}
      {button(words.mark, on.mark)}
      {button(noteWords.write, on.write)}
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            {
              key: 'download',
              label: (
                <a href={content} download>
                  {words.download}
                </a>
              ),
            },
            { key: 'print', label: m.pages > 0 ? words.print : words.printNone, disabled: m.pages === 0, onClick: on.print },
          ],
        }}
      >
        <Button type="text">{words.more}</Button>
      </Dropdown>
      {button(words.help, on.help)}
    </header>
  );
}
