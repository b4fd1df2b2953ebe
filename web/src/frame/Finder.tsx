/** The search in the header: cases are offered while one types; Enter without a choice asks the list. */
import { Input } from 'antd';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useSuggestions } from '../api/queries';
import type { ListItem } from '../api/types';
import { stagesOf, standing, useProcessNames } from '../parts/stages';
import { frame } from '../text/frame';

/** Nobody types on for so many milliseconds. */
const REST = 180;

function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(value), REST);
    return () => window.clearTimeout(timer);
  }, [value]);
  return rested;
}

export function Finder() {
  const id = useId();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  // The field says what the list was asked for.
  const asked = pathname === '/files' ? (new URLSearchParams(search).get('text') ?? '') : '';
  const [text, setText] = useState(asked);
  const [known, setKnown] = useState(asked);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const processes = useProcessNames();
  if (known !== asked) {
    setKnown(asked);
    setText(asked);
  }
  const wanted = text.trim();
  const rested = useRested(wanted);
  const found = useSuggestions(rested, open && rested !== '' && rested === wanted);
  const items = open && wanted !== '' ? (found.data?.items ?? []) : [];
  const total = found.data?.total ?? 0;
  const more = items.length > 0 && total > items.length;
  const last = items.length - (more ? 0 : 1);
  const shown = open && wanted !== '' && found.data !== undefined;
  const close = () => {
    setOpen(false);
    setAt(-1);
  };
  const list = () => {
    close();
    void navigate(`/files?text=${encodeURIComponent(wanted)}`);
  };
  const go = (item: ListItem) => {
    close();
    setText('');
    void navigate(`/files/${item.id}`);
  };
  const keys = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      setOpen(true);
      const step = e.key === 'ArrowDown' ? 1 : -1;
      // Past either end stands the field itself.
      setAt((n) => (n + step > last ? -1 : n + step < -1 ? last : n + step));
    } else if (e.key === 'Escape' && open) {
      e.preventDefault();
      close();
    }
  };
  const chosen = items[at];
  return (
    <search className="find finder" onBlur={(e) => !e.currentTarget.contains(e.relatedTarget) && close()}>
      <Input.Search
        placeholder={frame.search}
        aria-label={frame.search}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={`${id}list`}
        aria-activedescendant={at >= 0 && shown ? `${id}${at}` : undefined}
        autoComplete="off"
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          setOpen(true);
          setAt(-1);
        }}
        onKeyDown={keys}
        onSearch={() => (chosen ? go(chosen) : list())}
        allowClear
      />
      {shown && (
        <div className="suggestions" role="listbox" id={`${id}list`} aria-label={frame.suggestions}>
          {items.map((item, n) => (
            // The keys are those of the field, which keeps the focus.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <div key={item.id} id={`${id}${n}`} role="option" tabIndex={-1} aria-selected={n === at} onPointerDown={(e) => e.preventDefault()} onClick={() => go(item)}>
              <b>{item.title}</b>
              <span className="soft">{says(item, processes)}</span>
            </div>
          ))}
          {more && (
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <div id={`${id}${items.length}`} role="option" tabIndex={-1} aria-selected={at === items.length} onPointerDown={(e) => e.preventDefault()} onClick={list}>
              {frame.allFound(total)}
            </div>
          )}
          {items.length === 0 && (
            <div className="soft" role="option" aria-selected={false} aria-disabled>
              {frame.nothingFound}
            </div>
          )}
        </div>
      )}
    </search>
  );
}

/** Where it stands, and whose it is. */
function says(item: ListItem, processes: Record<string, string>): string {
  const stages = [...stagesOf(standing(item.tracks), processes).keys()];
  return [Object.values(item.cells).filter(Boolean).join(' '), stages.join('、'), item.unit_name].filter(Boolean).join('　');
}
