/** The excerpts of a case beside a form: dragged into a text field, or put in where the cursor was. */
import { App, Button } from 'antd';
import { type RefObject, useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { useNotes } from '../api/queries';
import type { CaseFile } from '../api/types';
import { excerpts as words } from '../text/reader';
import { labelOf, placeOf, quoted } from './cite';

const isText = (e: EventTarget | null): e is HTMLTextAreaElement => e instanceof HTMLTextAreaElement;

/** Puts a text in at the cursor. What is selected stays: a text that was dragged in is, and another comes after it. */
function insert(field: HTMLTextAreaElement, text: string): void {
  field.focus();
  field.setRangeText(text, field.selectionEnd, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

interface Props {
  file: CaseFile;
  /** What holds the form. */
  form: RefObject<HTMLElement | null>;
}

export function Excerpts({ file, form }: Props) {
  const notes = useNotes(file.row.id, file.reads);
  const { message } = App.useApp();
  const last = useRef<HTMLTextAreaElement>(null);
  const any = (notes.data?.items.length ?? 0) > 0;
  useEffect(() => {
    const within = form.current;
    const note = (e: FocusEvent) => {
      if (isText(e.target)) last.current = e.target;
    };
    within?.addEventListener('focusin', note);
    return () => within?.removeEventListener('focusin', note);
  }, [form, any]);
  const items = (notes.data?.items ?? []).flatMap((n) => {
    const m = file.situation.materials.find((x) => x.id === n.material);
    return n.kind === 'excerpt' && m ? [{ n, label: labelOf(file, m, n), text: quoted(file, m, n) }] : [];
  });
  if (items.length === 0) return null;
  const put = (text: string) => {
    const field = last.current;
    if (field?.isConnected) insert(field, text);
    else void message.info(words.noField);
  };
  return (
    <aside className="excerpts" aria-label={words.title}>
      <h3>
        {words.title} <span className="count">{items.length}</span>
      </h3>
      <p className="soft">{words.lead}</p>
      <ul>
        {items.map(({ n, label, text }) => (
          <li key={n.id} draggable onDragStart={(e) => e.dataTransfer.setData('text/plain', text)}>
            {n.quote && <blockquote className="song">{n.quote}</blockquote>}
            <div className="row">
              <Link className="grow" to={placeOf(file.row.id, { material: n.material, page: n.page ?? 1, at: n.at_ms == null ? undefined : Math.floor(n.at_ms / 1000) })} target="_blank">
                {label}
              </Link>
              <Button size="small" onClick={() => put(text)} aria-label={`${words.insert} ${label}`}>
                {words.insert}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </aside>
  );
}
