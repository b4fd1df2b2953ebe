/** The units as a tree: each below the one above it. */
import type { Unit } from '../../api/types';
import { filters as words } from '../../text/files';

interface Node {
  value: string;
  key: string;
  title: string;
  /** What stands in the field once it is chosen: the units below are meant, too. */
  chosen: string;
  children: Node[];
}

export function under(all: Unit[]): Node[] {
  const known = new Set(all.map((u) => u.id));
  const children = new Map<string | undefined, Unit[]>();
  for (const u of all) {
    const above = u.parent && known.has(u.parent) ? u.parent : undefined;
    children.set(above, [...(children.get(above) ?? []), u]);
  }
  const below = (above: string | undefined): Node[] =>
    (children.get(above) ?? []).map((u) => {
      const own = below(u.id);
      return { value: u.id, key: u.id, title: u.name, chosen: own.length > 0 ? words.below(u.name) : u.name, children: own };
    });
  return below(undefined);
}
