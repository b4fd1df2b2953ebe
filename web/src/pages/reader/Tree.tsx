/** The catalogue: volumes and their materials. */
import { Input } from 'antd';
import { Fragment, useEffect, useRef, useState } from 'react';
import { useOutline } from '../../api/queries';
import type { CaseFile, Material } from '../../api/types';
import { common } from '../../text/common';
import { file as fileWords } from '../../text/file';
import { reader as words } from '../../text/reader';
import type { Place } from './place';

interface Props {
  file: CaseFile;
  current: Place;
  go: (place: Place) => void;
}

export function Tree({ file, current, go }: Props) {
  const [text, setText] = useState('');
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current.material]);
  const { situation, names } = file;
  return (
    <nav className="tree" ref={list} aria-label={words.catalogue}>
      <Input allowClear value={text} onChange={(e) => setText(e.target.value)} placeholder={words.find} aria-label={words.find} />
      {situation.volumes.map((v) => {
        const of = situation.materials.filter((m) => m.volume === v.id && m.title.includes(text));
        if (of.length === 0) return null;
        return (
          <section key={v.id}>
            <h2>
              {names.volumes[v.kind] ?? v.kind}
              {v.producer !== file.row.unit && ` · ${names.units[v.producer] ?? v.producer}`}
            </h2>
            {of.map((m) => (
              <Fragment key={m.id}>
                <button type="button" aria-current={m.id === current.material} onClick={() => go({ material: m.id, page: 1 })}>
                  <span>
                    {m.title} {m.corrected_by && <span className="tag">{fileWords.corrected}</span>}
                  </span>
                  <span className="num soft">{m.pages > 0 ? common.pages(m.pages) : fileWords.media}</span>
                </button>
                {m.id === current.material && m.pages > 1 && <Outline file={file.row.id} m={m} page={current.page} go={go} />}
              </Fragment>
            ))}
          </section>
        );
      })}
    </nav>
  );
}

/** Deeper levels stand no further in. */
const DEEPEST = 3;

/** The bookmarks that the document brings with it; a single one helps nobody. */
function Outline({ file, m, page, go }: { file: string; m: Material; page: number; go: Props['go'] }) {
  const all = useOutline(file, m.id, m.media === 'application/pdf').data ?? [];
  // Programs like to put the whole document above its parts.
  const whole = all[0]?.page === 1 && all.every((h, i) => i === 0 || h.level > 0);
  const headings = whole ? all.slice(1).map((h) => ({ ...h, level: h.level - 1 })) : all;
  if (headings.length < 2) return null;
  const here = headings.findLastIndex((h) => h.page <= page);
  return (
    <ul className="outline" aria-label={words.outline(m.title)}>
      {headings.map((h, i) => (
        <li key={`${h.title}${h.page}${i}`} className={`level-${Math.min(h.level, DEEPEST)}`}>
          <button type="button" className={i === here ? 'here' : undefined} onClick={() => go({ material: m.id, page: h.page })}>
            {h.title}
            <span className="num soft">{words.at(h.page)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
