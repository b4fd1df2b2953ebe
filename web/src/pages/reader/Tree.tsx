/** The catalogue: volumes and their materials. */
import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { CaseFile } from '../../api/types';
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
              <button key={m.id} type="button" aria-current={m.id === current.material} onClick={() => go({ material: m.id, page: 1 })}>
                {m.title}
                <span className="num soft">{m.pages > 0 ? common.pages(m.pages) : fileWords.media}</span>
              </button>
            ))}
          </section>
        );
      })}
    </nav>
  );
}
