/** Documents to issue and materials to file: chosen or dropped, uploaded at once, described one by one. */
import { Button } from 'antd';
import { useRef, useState } from 'react';
import type { ActForm, ProcessForms } from '../../api/types';
import { act as words } from '../../text/act';
import { useUndo } from '../undo';
import { type Change, type Draft, newMaterial } from './draft';
import { MaterialRow, type Reveal } from './MaterialRow';
import type { Faults } from './places';

interface Props {
  act: ActForm;
  forms: ProcessForms;
  draft: Draft;
  change: (c: Change) => void;
  faults: Faults;
  /** What the cards say of a field, with what was typed here: by subject, or of the case. */
  known: (field: string, subject?: string) => unknown;
  subjects: { id: string; name: string }[];
  /** The legal day, which is a document's date where none is given. */
  today: string;
  /** Materials that a new one may correct. */
  correctable: { id: string; title: string; kind: string }[];
  /** Shows the whole identity numbers, with a record. */
  reveal?: Reveal;
  /** Told when a file begins to go, and when it has gone. */
  busy: (id: string, going: boolean) => void;
}

/** The kind whose name the file's name holds, the longest first. */
function guess(name: string, forms: ProcessForms): string | undefined {
  const hits = Object.entries(forms.documents).filter(([, d]) => name.includes(d.name));
  return hits.toSorted((a, b) => b[1].name.length - a[1].name.length)[0]?.[0];
}

export function Materials({ act, forms, draft, change, faults, known, subjects, today, reveal, correctable, busy }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const undoable = useUndo();
  const [over, setOver] = useState(false);
  const [pending, setPending] = useState<Map<string, File>>(new Map());
  const add = (files: Iterable<File>) => {
    const made = [...files].map((f) => {
      const title = f.name.replace(/\.[^.]+$/, '');
      return [newMaterial({ name: f.name, title, kind: guess(title, forms) }), f] as const;
    });
    setPending((p) => new Map([...p, ...made.map(([m, f]) => [m.id, f] as const)]));
    change({ to: 'material+', materials: made.map(([m]) => m) });
  };
  const remove = (m: Draft['materials'][number]) => {
    const index = draft.materials.indexOf(m);
    change({ to: 'material-', id: m.id });
    undoable(words.removedFile, () => change({ to: 'material+', materials: [m], index }));
  };
  const row = (m: Draft['materials'][number]) => (
    <MaterialRow key={m.id} m={m} first={pending.get(m.id)} forms={forms} change={change} faults={faults} known={known} subjects={subjects} today={today} reveal={reveal} correctable={correctable} remove={() => remove(m)} busy={busy} />
  );
  const issued = draft.materials.filter((m) => m.issued);
  const more = draft.materials.filter((m) => !m.issued);
  return (
    <>
      {issued.length > 0 && (
        <section className="form">
          <h3>{words.issue}</h3>
          {issued.map(row)}
        </section>
      )}
      {act.files && (
        <section className="form">
          <h3>{words.files}</h3>
          {more.map(row)}
          <div
            className={over ? 'drop over' : 'drop'}
            onDragOver={(e) => {
              e.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(e) => {
              e.preventDefault();
              setOver(false);
              add(e.dataTransfer.files);
            }}
          >
            <Button onClick={() => input.current?.click()}>{words.addFiles}</Button>　{words.drop}
            <input
              ref={input}
              type="file"
              multiple
              hidden
              aria-label={words.addFiles}
              onChange={(e) => {
                add(e.target.files ?? []);
                e.target.value = '';
              }}
            />
          </div>
        </section>
      )}
    </>
  );
}
