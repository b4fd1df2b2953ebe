/** The catalogue: volumes and their materials. */
import { Input } from 'antd';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { CaseFile, Material } from '../../api/types';
import { common } from '../../text/common';
import { file as fileWords } from '../../text/file';
import { reader as words } from '../../text/reader';

interface Props {
  file: CaseFile;
  current: Material;
  go: (material: string, page: number) => void;
  find: RefObject<HTMLInputElement | null>;
}

export function Tree({ file, current, go, find }: Props) {
  const [text, setText] = useState('');
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current.id]);
  const { situation, names } = file;
  return (
    <nav className="tree" ref={list} aria-label={words.catalogue}>
      <Input
        ref={(r) => {
          find.current = r?.input ?? null;
        }}
        allowClear
        value={text}
        onChange={(e) => setText(e.target.value)}
        placeholder={words.find}
        aria-label={words.find}
      />
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
              <button key={m.id} type="button" aria-current={m.id === current.id} onClick={() => go(m.id, 1)}>
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
