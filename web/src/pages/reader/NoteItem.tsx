/** One note: where, whose, what; its author changes it in place. */
import { App, Button, Checkbox, Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { CaseFile, Material, Note } from '../../api/types';
import { clockOf, quoted } from '../../parts/cite';
import { useKept } from '../../parts/kept';
import { momentOf } from '../../parts/time';
import { useUndo } from '../../parts/undo';
import { notes as words } from '../../text/reader';
import type { Writing } from './notes';

/** Where a note is kept while it is being changed; of another version, it is another one. */
const placeOf = (n: Note) => `note.${n.id}.${n.version}`;

interface Props {
  file: CaseFile;
  m: Material | undefined;
  note: Note;
  shares: boolean;
  writing: Writing;
  go: (note: Note) => void;
  open: boolean;
}

export function NoteItem({ file, m, note: n, shares, writing, go, open }: Props) {
  const { modal } = App.useApp();
  // What was being changed when the page was closed is open again.
  const [edits, setEdits] = useState(useKept(placeOf(n), {}).kept);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (open) item.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  const place = n.page ? words.page(n.page) : n.at_ms != null ? clockOf(n.at_ms) : words.wholeMaterial;
  const remove = () =>
    modal.confirm({ title: words.removeAsk, okText: words.remove, cancelText: words.cancel, onOk: () => writing.drop.mutate(n) });
  const quotable = n.kind === 'excerpt' && m;
  return (
    <li
      ref={item}
      className={open ? 'open' : undefined}
      draggable={!!quotable && !edits}
      onDragStart={(e) => quotable && e.dataTransfer.setData('text/plain', quoted(file, m, n))}
    >
      <button type="button" className="where" onClick={() => go(n)}>
        <span className={`tag kind ${n.kind}`}>{words.kinds[n.kind]}</span>
        <span className="grow">{m?.title}</span>
        <span className="num">{place}</span>
      </button>
      {n.quote && <blockquote className="song">{n.quote}</blockquote>}
      {edits ? <Editor note={n} shares={shares} writing={writing} close={() => setEdits(false)} reopen={() => setEdits(true)} /> : n.text && <p>{n.text}</p>}
      <p className="soft small">
        {n.author_name} <span className="num">{momentOf(n.changed_at)}</span>
      </p>
      <div className="row soft small">
        <span className="grow">{n.shared ? words.shared : words.own}</span>
        {n.mine && !edits && (
          <>
            <Button size="small" type="link" onClick={() => setEdits(true)}>
              {words.edit}
            </Button>
            <Button size="small" type="link" onClick={remove}>
              {words.remove}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}

function Editor({ note: n, shares, writing, close, reopen }: Pick<Props, 'note' | 'shares' | 'writing'> & { close: () => void; reopen: () => void }) {
  const undoable = useUndo();
  // What is said in a recording cannot be selected: its words are written here, too.
  const { value, set, clear } = useKept(placeOf(n), { text: n.text, shared: n.shared, quote: n.quote });
  const { text, shared, quote } = value;
  const done = () => {
    clear();
    close();
  };
  const cancel = () => {
    done();
    if (text === n.text && shared === n.shared && quote === n.quote) return;
    undoable(words.dropped, () => {
      set(value);
      reopen();
    });
  };
  const wordless = n.kind === 'note' && !text.trim();
  const heard = n.kind === 'excerpt' && n.at_ms != null;
  const save = () => writing.change.mutate({ note: n, words: { text: text.trim(), shared, ...(heard && { quote: quote.trim() }) } }, { onSuccess: done });
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        save();
      }}
    >
      {heard && <Input.TextArea autoFocus value={quote} maxLength={4000} aria-label={words.heard} placeholder={words.heard} onChange={(e) => set({ quote: e.target.value })} />}
      <Input.TextArea autoFocus={!heard} value={text} maxLength={4000} aria-label={words.edit} onChange={(e) => set({ text: e.target.value })} />
      <div className="row">
        {(shares || n.shared) && (
          <Checkbox checked={shared} onChange={(e) => set({ shared: e.target.checked })}>
            {words.share}
          </Checkbox>
        )}
        <span className="grow" />
        <Button size="small" onClick={cancel}>
          {words.cancel}
        </Button>
        <Button size="small" type="primary" htmlType="submit" loading={writing.change.isPending} disabled={wordless} title={wordless ? words.wordless : undefined}>
          {words.changed}
        </Button>
      </div>
    </form>
  );
}
