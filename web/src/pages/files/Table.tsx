/** The rows of the list. A click opens a case, a middle click opens it in a new tab. */
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { Link } from 'react-router';
import type { ListItem } from '../../api/types';
import { Due, Kind } from '../../parts/Due';
import { useOpening } from '../../parts/opening';
import { narrow, useMatches } from '../../parts/screen';
import { stagesOf, useProcessNames } from '../../parts/stages';
import { dateOf, momentOf } from '../../parts/time';
import { common } from '../../text/common';
import { files as words } from '../../text/files';
import { type Column, type Columns, FIRST, WIDTH, WIDTHS } from './columns';

const NUMBERS = ['int', 'fen'];
const STEP = 16;

interface Props {
  items: ListItem[];
  columns: Columns;
  sort: string;
  onSort: (sort: string) => void;
  now: string | undefined;
}

export function Table({ items, columns, sort, onSort, now }: Props) {
  const opening = useOpening();
  // There the other columns are out of sight.
  const small = useMatches(narrow);
  const first: Column = { key: FIRST, name: words.columns.title ?? '', sort: 'title' };
  const shown = [first, ...columns.shown];
  const widthOf = (key: string) => columns.widths[key] ?? WIDTHS[key] ?? WIDTH;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words.title}>
      <table className="list cases" style={{ width: shown.reduce((sum, c) => sum + widthOf(c.key), 0) }}>
        <colgroup>
          {shown.map((c) => (
            <col key={c.key} style={{ width: widthOf(c.key) }} />
          ))}
          <col />
        </colgroup>
        <thead>
          <tr>
            {shown.map((c) => (
              <Head key={c.key} column={c} sort={sort} onSort={onSort} width={widthOf(c.key)} onWidth={(w) => columns.widen(c.key, w)} />
            ))}
            <td aria-hidden />
          </tr>
        </thead>
        <tbody>
          {items.map((i) => (
            <tr key={i.id} {...opening(`/files/${i.id}`)}>
              <th scope="row">
                <Link to={`/files/${i.id}`}>{i.title}</Link>
                {i.closed && <span className="tag">{words.closed}</span>}
                {i.sealed && <span className="tag tag-soon">{words.sealed}</span>}
                {small && <div>{due(i, now)}</div>}
              </th>
              {columns.shown.map((c) => (
                <td key={c.key} className={classOf(c)}>
                  {cell(c, i, now)}
                </td>
              ))}
              <td aria-hidden />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ column, sort, onSort, width, onWidth }: { column: Column; sort: string; onSort: (s: string) => void; width: number; onWidth: (w: number) => void }) {
  const by = column.sort;
  const state = by === undefined ? undefined : sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none';
  // Dates and deadlines are looked for at their urgent or recent end first.
  const firstWay = by === 'updated' || by === 'opened' ? `-${by}` : by;
  const next = state === 'none' ? firstWay : state === 'ascending' ? `-${by}` : by;
  const drag = (e: PointerEvent<HTMLElement>) => {
    const handle = e.currentTarget;
    const from = e.clientX;
    handle.setPointerCapture(e.pointerId);
    handle.onpointermove = (m) => onWidth(width + m.clientX - from);
    handle.onpointerup = () => {
      handle.onpointermove = null;
      handle.onpointerup = null;
    };
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'ArrowLeft') onWidth(width - STEP);
    if (e.key === 'ArrowRight') onWidth(width + STEP);
  };
  return (
    <th scope="col" className={classOf(column)} aria-sort={state}>
      {by === undefined || next === undefined ? (
        column.name
      ) : (
        <button type="button" onClick={() => onSort(next)} title={words.sortBy(column.name)}>
          {column.name}
          <span aria-hidden>{state === 'ascending' ? ' ▲' : state === 'descending' ? ' ▼' : ''}</span>
        </button>
      )}
      <span
        className="grip"
        role="separator"
        aria-orientation="vertical"
        aria-label={words.width(column.name)}
        aria-valuenow={width}
        tabIndex={0}
        onPointerDown={drag}
        onKeyDown={keys}
      />
    </th>
  );
}

const classOf = (c: Column) => (c.field && NUMBERS.includes(c.field.field.type) ? 'right num' : undefined);

export function cell(c: Column, i: ListItem, now: string | undefined): ReactNode {
  switch (c.key) {
    case 'stage':
      return <Stages item={i} />;
    case 'due':
      return due(i, now) ?? common.none;
    case 'handlers':
      return i.handlers.join('、') || common.none;
    case 'unit':
      return i.unit_name;
    case 'opened':
      return <span className="num">{dateOf(i.opened_at)}</span>;
    case 'updated':
      return <span className="num">{momentOf(i.updated_at)}</span>;
    default: {
      const text = i.cells[c.key];
      // Case numbers and document numbers never break inside.
      return text?.endsWith(words.number) ? <span className="num">{text}</span> : (text ?? common.none);
    }
  }
}

/** What runs out first. */
function due({ due: d, open }: ListItem, now: string | undefined): ReactNode {
  if (!d || !open) return undefined;
  return (
    <span title={d.name}>
      <Due due={d.at} now={now} short /> <Kind clock={d.clock} due={d.at} now={now} />
      <div className="soft cut">{d.name}</div>
    </span>
  );
}

/** One line a stage: a case with many persons stays readable. */
function Stages({ item }: { item: ListItem }) {
  const stages = stagesOf(item.tracks.filter((t) => !t.ended), useProcessNames());
  if (stages.size === 0) return common.none;
  return [...stages].map(([stage, who]) => (
    <div key={stage}>
      {stage} <span className="soft">{who.slice(0, 3).join('、')}</span>
    </div>
  ));
}
