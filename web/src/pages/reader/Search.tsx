/** Search within the dossier: titles, pages, and what could not be searched. */
import { Input, type InputRef } from 'antd';
import { type RefObject, useEffect, useState } from 'react';
import { useSearch } from '../../api/queries';
import type { CaseFile, Material } from '../../api/types';
import { Read } from '../../parts/States';
import { reader, search as words } from '../../text/reader';
import type { Place } from './place';

interface Props {
  file: CaseFile;
  materials: Material[];
  current: Place;
  q: string;
  ask: (q: string) => void;
  go: (place: Place) => void;
  input: RefObject<InputRef | null>;
}

/** How long nobody types before it is asked. */
const PAUSE = 250;

export function Search({ file, materials, current, q, ask, go, input }: Props) {
  const [text, setText] = useState(q);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === q) return;
    const timer = window.setTimeout(() => ask(wanted), PAUSE);
    return () => window.clearTimeout(timer);
  }, [text, q, ask]);
  return (
    <div className="search" role="search">
      <Input ref={input} allowClear value={text} maxLength={100} onChange={(e) => setText(e.target.value)} placeholder={words.ask} aria-label={words.ask} />
      {q ? <Results file={file} materials={materials} current={current} q={q} go={go} /> : <p className="empty">{words.lead}</p>}
    </div>
  );
}

function Results({ file, materials, current, q, go }: Omit<Props, 'ask' | 'input'>) {
  const read = useSearch(file.row.id, q);
  const title = (id: string) => materials.find((m) => m.id === id)?.title ?? id;
  const titled = materials.filter((m) => m.title.includes(q));
  return (
    <Read of={read}>
      {(found) => (
        <>
          {titled.length > 0 && (
            <section>
              <h2>{words.titles}</h2>
              {titled.map((m) => (
                <button key={m.id} type="button" onClick={() => go({ material: m.id, page: 1 })}>
                  {m.title}
                </button>
              ))}
            </section>
          )}
          <section aria-live="polite">
            <h2>{words.hits(found.hits.length, found.more)}</h2>
            {found.hits.length === 0 && <p className="empty">{words.none}</p>}
            {found.hits.map((h) => (
              <button
                key={`${h.material}.${h.page}`}
                type="button"
                aria-current={h.material === current.material && h.page === current.page}
                onClick={() => go({ material: h.material, page: h.page })}
              >
                <span>
                  <span className="soft">{h.before && `…${h.before}`}</span>
                  <mark>{h.found}</mark>
                  <span className="soft">{h.after && `${h.after}…`}</span>
                  <br />
                  {title(h.material)} <span className="num">{reader.at(h.page)}</span>
                  {h.count > 1 && <span className="count">{words.times(h.count)}</span>}
                </span>
              </button>
            ))}
          </section>
          {found.textless.length > 0 && (
            <details>
              <summary>{words.textless(found.textless.length)}</summary>
              {found.textless.map((t) => {
                const all = t.pages.length === (materials.find((m) => m.id === t.material)?.pages ?? 0);
                return (
                  <button key={t.material} type="button" onClick={() => go({ material: t.material, page: t.pages[0] ?? 1 })}>
                    <span>
                      {title(t.material)}
                      <br />
                      <span className="soft">{all ? words.textlessWhole : words.textlessPages(t.pages)}</span>
                    </span>
                  </button>
                );
              })}
            </details>
          )}
        </>
      )}
    </Read>
  );
}
