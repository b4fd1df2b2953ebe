/** The units that one administers, as a tree: each below the one above it. */
import { Input } from 'antd';
import { useState } from 'react';
import type { Unit } from '../../api/types';
import { admin as words } from '../../text/admin';

interface Row {
  unit: Unit;
  depth: number;
}

function tree(all: Unit[]): Row[] {
  const known = new Set(all.map((u) => u.id));
  const below = (parent: string | undefined, depth: number): Row[] =>
    all.filter((u) => (parent === undefined ? !u.parent || !known.has(u.parent) : u.parent === parent)).flatMap((unit) => [{ unit, depth }, ...below(unit.id, depth + 1)]);
  return below(undefined, 0);
}

export function Units({ all, chosen, choose }: { all: Unit[]; chosen: string; choose: (id: string) => void }) {
  const [text, setText] = useState('');
  const rows = tree(all).filter((r) => r.unit.name.includes(text.trim()));
  return (
    <nav className="units" aria-label={words.units}>
      <Input allowClear value={text} onChange={(e) => setText(e.target.value)} placeholder={words.findUnit} aria-label={words.findUnit} />
      <ul>
        {rows.map(({ unit, depth }) => (
          <li key={unit.id}>
            <button type="button" data-depth={Math.min(depth, 3)} aria-current={unit.id === chosen} onClick={() => choose(unit.id)}>
              {unit.name}
            </button>
          </li>
        ))}
      </ul>
      {rows.length === 0 && <p className="soft">{words.noUnit}</p>}
    </nav>
  );
}
