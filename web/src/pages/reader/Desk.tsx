/** Everything on one desk: the bar, the panel, one page or two, and the keyboard. */
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, type InputRef, Modal } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useNotes } from '../../api/queries';
import type { Area, CaseFile, Material, Note, TextLine } from '../../api/types';
import { common } from '../../text/common';
import { notes as noteWords, reader as words } from '../../text/reader';
import { clockOf } from '../../parts/cite';
import { Refusal } from '../../parts/Refusal';
import { narrow } from '../../parts/screen';
import { inside, textWithin } from './find';
import { FIRST, moved, useKeys } from './keys';
import { contentOf } from './images';
import { Notes } from './Notes';
import { useWriting } from './notes';
import { PANELS, type PanelName, type Picked, type Place, type Where } from './place';
import { Printing } from './Printing';
import { Search } from './Search';
import { Stage, type View } from './Stage';
import { Thumbs } from './Thumbs';
import { Tools } from './Tools';
import { Tree } from './Tree';

interface Props {
  file: CaseFile;
  materials: Material[];
  /** The first of them: without any, nothing is opened here. */
  first: Material;
  where: Where;
  go: (change: Partial<Where>) => void;
  leave: () => void;
}

const STEP = 1.2;
const LEAP = 5;
const PLAIN: View = { fit: 'page', zoom: 1, turn: 0 };
const TABS: Record<PanelName, string> = { catalogue: words.catalogue, thumbs: words.thumbs, search: words.searching, notes: words.notes };

export function Desk({ file, materials, first, where, go, leave }: Props) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const notes = useNotes(file.row.id);
  const writing = useWriting(file.row.id);
  const [views, setViews] = useState<[View, View]>([PLAIN, PLAIN]);
  const [second, setSecond] = useState(false);
  const [help, setHelp] = useState(false);
  const [printing, setPrinting] = useState<Material>();
  const printedIt = useCallback(() => setPrinting(undefined), []);
  const [picked, setPicked] = useState<Picked>();
  const [drawing, setDrawing] = useState<Area>();
  const [opened, setOpened] = useState<string>();
  const [wants, setWants] = useState<PanelName>();
  const find = useRef<InputRef>(null);
  const pen = useRef<HTMLTextAreaElement>(null);
  const players = [useRef<HTMLMediaElement>(null), useRef<HTMLMediaElement>(null)] as const;

  // What is to have the focus must be drawn first.
  useEffect(() => {
    if (!wants || wants !== where.panel) return;
    if (wants === 'search') find.current?.focus({ cursor: 'all' });
    else pen.current?.focus();
    setWants(undefined);
  }, [wants, where.panel]);

  // The pane that the keys speak to.
  const pane = second && where.side ? 1 : 0;
  const place = (pane === 1 && where.side) || where.main;
  const at = materials.findIndex((x) => x.id === place.material);
  const m = materials[at] ?? first;
  const player = players[pane];
  const show = useCallback(
    (to: Place, seconds?: number) => {
      setPicked(undefined);
      setDrawing(undefined);
      go({ ...(pane === 1 ? { side: to } : { main: to }), ...(seconds === undefined ? {} : { at: seconds }), ...(narrow.matches ? { panel: undefined } : {}) });
    },
    [go, pane],
  );
  const ask = useCallback((q: string) => go({ q }), [go]);
  const page = place.page;
  const drawn = [useRef(''), useRef('')] as const;
  /** A key that is held down turns as quickly as the pages come, so that each is seen. */
  const waits = (held: boolean) => held && drawn[pane].current !== `${m.id}.${page}`;
  const turnTo = (p: number, held = false) => {
    if (waits(held)) return;
    if (p >= 1 && p <= m.pages) return show({ material: m.id, page: p });
    // Past the end of a material comes the next one.
    const next = materials[at + (p < 1 ? -1 : 1)];
    if (next) show({ material: next.id, page: p < 1 ? Math.max(1, next.pages) : 1 });
  };
  const other = (by: number, held = false) => {
    if (waits(held)) return;
    const next = materials[at + by];
    if (next) show({ material: next.id, page: 1 });
  };
  const see = (change: (v: View) => View) => setViews((v) => (pane === 1 ? [v[0], change(v[1])] : [change(v[0]), v[1]]));
  const zoom = (by: number) => see((v) => ({ ...v, zoom: Math.min(6, Math.max(0.3, v.zoom * by)) }));
  const side = () => {
    setSecond(!where.side);
    go({ side: where.side ? undefined : where.main });
  };
  const panel = (name: PanelName | undefined) => go({ panel: name });
  const seek = () => {
    panel('search');
    setWants('search');
  };
  const write = () => {
    panel('notes');
    setWants('notes');
  };
  const unpick = () => {
    window.getSelection()?.removeAllRanges();
    setPicked(undefined);
    setDrawing(undefined);
  };
  const moment = () => (player.current ? Math.round(player.current.currentTime * 1000) : undefined);
  const told = (text: string) => void message.success(text, 2);
  const keep = (kind: 'highlight' | 'excerpt', text: string) => {
    const now = moment();
    if (kind === 'excerpt' && m.pages === 0 && now !== undefined) {
      // What is said there is written in afterwards, beside the note.
      return writing.add.mutate(
        { material: m.id, at_ms: now, kind, text: '', shared: false },
        {
          onSuccess: (n) => {
            told(noteWords.excerptedAt(clockOf(now)));
            panel('notes');
            setOpened(n.id);
          },
        },
      );
    }
    if (!picked) return void message.info(noteWords.nothing);
    writing.add.mutate({ ...picked, kind, text: '', shared: false }, { onSuccess: () => told(text) });
    unpick();
  };
  const mark = () => {
    if (m.pages === 0) {
      const now = moment();
      writing.add.mutate({ material: m.id, kind: 'bookmark', text: '', shared: false, ...(now === undefined ? {} : { at_ms: now }) }, { onSuccess: () => told(noteWords.marked) });
      return;
    }
    const own = notes.data?.items.find((n) => n.mine && n.kind === 'bookmark' && n.material === m.id && n.page === page);
    if (own) writing.drop.mutate(own, { onSuccess: () => told(noteWords.unmarked) });
    else writing.add.mutate({ material: m.id, page, kind: 'bookmark', text: '', shared: false }, { onSuccess: () => told(noteWords.marked) });
  };
  const draw = () => setDrawing(drawing || m.pages === 0 ? undefined : FIRST);
  const pick = (p: Picked | undefined) => {
    setPicked(p);
    setDrawing(undefined);
  };
  const goTo = (n: Note) => {
    setOpened(n.id);
    show({ material: n.material, page: n.page ?? 1 }, n.at_ms == null ? undefined : n.at_ms / 1000);
    // The address may name this moment already.
    if (n.at_ms != null && n.material === m.id && player.current) player.current.currentTime = n.at_ms / 1000;
  };
  const play = () => {
    const media = player.current;
    if (media) void (media.paused ? media.play() : media.pause());
  };
  const leap = (by: number) => {
    if (player.current) player.current.currentTime += by;
  };
  const esc = () => {
    if (help) setHelp(false);
    else if (drawing || picked) unpick();
    else leave();
  };
  useKeys(
    {
      j: (held) => turnTo(page + 1, held),
      k: (held) => turnTo(page - 1, held),
      ArrowRight: (held) => turnTo(page + 1, held),
      ArrowLeft: (held) => turnTo(page - 1, held),
      PageDown: (held) => turnTo(page + 1, held),
      PageUp: (held) => turnTo(page - 1, held),
      Home: () => show({ material: m.id, page: 1 }),
      End: () => show({ material: m.id, page: Math.max(1, m.pages) }),
      '[': (held) => other(-1, held),
      ']': (held) => other(1, held),
      '+': () => zoom(STEP),
      '=': () => zoom(STEP),
      '-': () => zoom(1 / STEP),
      f: () => see((v) => ({ ...v, zoom: 1, fit: v.fit === 'page' ? 'width' : 'page' })),
      r: () => see((v) => ({ ...v, turn: (v.turn + 90) % 360 })),
      s: side,
      w: () => where.side && setSecond(!second),
      c: () => panel('catalogue'),
      t: () => panel('thumbs'),
      b: () => panel(where.panel ? undefined : 'catalogue'),
      '/': seek,
      n: write,
      x: draw,
      h: () => keep('highlight', noteWords.highlighted),
      e: () => keep('excerpt', noteWords.excerpted),
      m: mark,
      ' ': play,
      ',': () => leap(-LEAP),
      '.': () => leap(LEAP),
      '?': () => setHelp(!help),
      Escape: esc,
    },
    (key, shift) => {
      if (!drawing) return false;
      if (key === 'Enter') {
        const lines = client.getQueryData<TextLine[]>(['page-text', file.row.id, m.id, page]) ?? [];
        pick({ material: m.id, page, quote: textWithin(lines, drawing), areas: [inside(drawing)] });
        return true;
      }
      const next = moved(drawing, key, shift);
      if (next) setDrawing(next);
      return next !== undefined;
    },
  );
  const stage = (n: 0 | 1, p: Place) => {
    const i = materials.findIndex((x) => x.id === p.material);
    const of = materials[i];
    if (!of) return null;
    const active = n === pane;
    const here = (notes.data?.items ?? []).filter((x) => x.material === of.id && (of.pages === 0 || x.page === p.page));
    return (
      <Stage
        key={n}
        file={file.row.id}
        m={of}
        page={p.page}
        view={views[n]}
        before={materials[i - 1]}
        next={materials[i + 1]}
        drawn={drawn[n]}
        name={where.side && (n === 0 ? words.first : words.second)}
        active={active}
        activate={() => setSecond(n === 1)}
        marks={here}
        q={where.q}
        at={where.at}
        picked={picked?.material === of.id && picked.page === p.page && active ? picked : undefined}
        pick={pick}
        drawing={active ? drawing : undefined}
        player={players[n]}
        markTime={mark}
        excerptTime={() => keep('excerpt', noteWords.excerpted)}
        open={(x) => {
          setOpened(x.id);
          panel('notes');
        }}
      />
    );
  };
  return (
    <div className={`reader${where.panel ? '' : ' alone'}${where.side ? ' sided' : ''}`}>
      <Tools
        content={contentOf(file.row.id, m.id)}
        m={m}
        page={page}
        fits={views[pane].fit === 'page'}
        sided={!!where.side}
        drawing={!!drawing}
        on={{
          leave,
          turnTo,
          zoom: (out) => zoom(out ? 1 / STEP : STEP),
          fit: () => see((v) => ({ ...v, zoom: 1, fit: v.fit === 'page' ? 'width' : 'page' })),
          turn: () => see((v) => ({ ...v, turn: (v.turn + 90) % 360 })),
          side,
          mark,
          draw,
          write,
          panel: () => panel(where.panel ? undefined : 'catalogue'),
          help: () => setHelp(true),
          print: () => setPrinting(m),
        }}
      />
      {where.panel && (
        <div className="edge">
          <div className="tabs" role="tablist" aria-label={words.panel}>
            {PANELS.map((p) => (
              <button key={p} type="button" role="tab" id={`tab-${p}`} aria-selected={p === where.panel} aria-controls="panel" onClick={() => panel(p)}>
                {TABS[p]}
              </button>
            ))}
          </div>
          <div className="content" role="tabpanel" id="panel" aria-labelledby={`tab-${where.panel}`}>
            {where.panel === 'catalogue' && <Tree file={file} current={place} go={show} />}
            {where.panel === 'thumbs' && <Thumbs file={file.row.id} materials={materials} current={place} go={show} />}
            {where.panel === 'search' && <Search file={file} materials={materials} current={place} q={where.q} ask={ask} go={show} input={find} />}
            {where.panel === 'notes' && (
              <Notes file={file} materials={materials} place={place} moment={moment} picked={picked} writing={writing} input={pen} opened={opened} go={goTo} done={() => { unpick(); told(noteWords.saved); }} />
            )}
          </div>
        </div>
      )}
      <div className="stages">
        {stage(0, where.main)}
        {where.side && stage(1, where.side)}
        {writing.problem && (
          <div className="unwritten">
            <Refusal problem={writing.problem} />
            <Button size="small" onClick={writing.close}>
              {common.close}
            </Button>
          </div>
        )}
        {picked && (
          <div className="choice" role="region" aria-label={noteWords.picked}>
            <span className="quote song">{picked.quote || noteWords.pickedArea}</span>
            <Button size="small" onClick={() => keep('highlight', noteWords.highlighted)}>
              {noteWords.highlight}
            </Button>
            <Button size="small" onClick={() => keep('excerpt', noteWords.excerpted)}>
              {noteWords.excerpt}
            </Button>
            <Button size="small" onClick={write}>
              {noteWords.write}
            </Button>
            <Button size="small" type="text" onClick={unpick}>
              {noteWords.unpick}
            </Button>
          </div>
        )}
      </div>
      {printing && <Printing file={file.row.id} m={printing} done={printedIt} />}
      <Modal open={help} onCancel={() => setHelp(false)} footer={null} title={words.help} width={420}>
        <dl className="keys">
          {words.keys.map(([key, what]) => (
            <div key={key} style={{ display: 'contents' }}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Modal>
    </div>
  );
}
