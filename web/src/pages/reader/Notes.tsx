/** Notes of the case: writing one, and all that one may see, narrowed down. */
import { Button, Checkbox, Input, Radio, Select } from 'antd';
import { type RefObject, useEffect, useState } from 'react';
import { useNotes } from '../../api/queries';
import type { CaseFile, Material, Note } from '../../api/types';
import { clockOf } from '../../parts/cite';
import { useUser } from '../../parts/session';
import { Read } from '../../parts/States';
import { notes as words, reader } from '../../text/reader';
import { NoteItem } from './NoteItem';
import type { Writing } from './notes';
import type { Picked, Place } from './place';

interface Props {
  file: CaseFile;
  materials: Material[];
  place: Place;
  /** Moment of the recording that is open. */
  moment: () => number | undefined;
  picked: Picked | undefined;
  writing: Writing;
  input: RefObject<HTMLTextAreaElement | null>;
  opened: string | undefined;
  go: (note: Note) => void;
  done: () => void;
}

type Whose = 'all' | 'mine' | 'team';
type Scope = 'file' | 'material' | 'page';
const options = (of: Record<string, string>) => Object.entries(of).map(([value, label]) => ({ value, label }));

export function Notes({ file, materials, place, moment, picked, writing, input, opened, go, done }: Props) {
  const read = useNotes(file.row.id);
  const [kind, setKind] = useState('');
  const [whose, setWhose] = useState<Whose>('all');
  const [scope, setScope] = useState<Scope>('file');
  const m = materials.find((x) => x.id === place.material);
  const order = (n: Note) => materials.findIndex((x) => x.id === n.material) * 1e9 + (n.page ?? (n.at_ms ?? 0) / 1000);
  const shown = (n: Note) =>
    (!kind || n.kind === kind) &&
    (whose === 'all' || n.mine === (whose === 'mine')) &&
    (scope === 'file' || n.material === place.material) &&
    (scope !== 'page' || n.page === place.page);
  return (
    <div className="notes">
      <Form key={file.row.id} file={file.row.id} m={m} place={place} moment={moment} picked={picked} writing={writing} input={input} shares={read.data?.shares ?? false} done={done} />
      <div className="filters">
        <Radio.Group size="small" optionType="button" value={whose} onChange={(e) => setWhose(e.target.value as Whose)} options={options(words.whose)} aria-label={words.filterWhose} />
        <Select size="small" value={scope} onChange={setScope} options={options(words.where)} aria-label={words.filterWhere} />
        <Select size="small" value={kind} onChange={setKind} options={[{ value: '', label: words.allKinds }, ...options(words.kinds)]} aria-label={words.filterKind} />
      </div>
      <Read of={read}>
        {(all) => {
          const items = all.items.filter(shown).sort((a, b) => order(a) - order(b));
          if (items.length === 0) return <p className="empty">{words.empty}</p>;
          return (
            <ul>
              {items.map((n) => (
                <NoteItem key={n.id} file={file} m={materials.find((x) => x.id === n.material)} note={n} shares={all.shares} writing={writing} go={go} open={n.id === opened} />
              ))}
            </ul>
          );
        }}
      </Read>
      <p className="soft small">{words.private}</p>
    </div>
  );
}

interface FormProps extends Pick<Props, 'place' | 'moment' | 'picked' | 'writing' | 'input' | 'done'> {
  file: string;
  m: Material | undefined;
  shares: boolean;
}

function Form({ file, m, place, moment, picked, writing, input, shares, done }: FormProps) {
  const user = useUser();
  const kept = `xz.draft.${user.id}.${file}.note`;
  const [text, setText] = useState(() => localStorage.getItem(kept) ?? '');
  const [shared, setShared] = useState(false);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [at, setAt] = useState<number>();
  // The moment is that at which one begins to write.
  useEffect(() => setAt(undefined), [place.material]);
  if (!m) return null;
  const recording = m.pages === 0;
  const write = (t: string) => {
    if (!text && t && recording) setAt(moment());
    setText(t);
    setKey(crypto.randomUUID());
    if (t) localStorage.setItem(kept, t);
    else localStorage.removeItem(kept);
  };
  const save = () => {
    if (!text.trim() || writing.add.isPending) return;
    const where = recording ? (at === undefined ? {} : { at_ms: at }) : { page: place.page };
    writing.add.mutate(
      { material: m.id, ...where, kind: 'note', text: text.trim(), shared, quote: picked?.quote ?? '', areas: picked?.areas ?? [], key },
      {
        onSuccess: () => {
          write('');
          setAt(undefined);
          done();
        },
      },
    );
  };
  const label = picked ? words.onPicked : words.onPage(recording ? (at === undefined ? words.wholeMaterial : clockOf(at)) : reader.page(place.page, m.pages));
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        save();
      }}
    >
      <Input.TextArea
        ref={(r) => {
          input.current = r?.resizableTextArea?.textArea ?? null;
        }}
        value={text}
        maxLength={4000}
        placeholder={label}
        aria-label={label}
        onChange={(e) => write(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) save();
        }}
      />
      <div className="row">
        {shares && (
          <Checkbox checked={shared} onChange={(e) => setShared(e.target.checked)}>
            {words.share}
          </Checkbox>
        )}
        <span className="grow" />
        <Button size="small" type="primary" htmlType="submit" disabled={!text.trim()} title={text.trim() ? undefined : words.wordless} loading={writing.add.isPending}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}
