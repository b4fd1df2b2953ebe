/** Quoting pages of the dossier in a text, and finding the pages that a text quotes. */
import type { CaseFile, Material, Note } from '../api/types';
import { CLOSES, REFERENCE, materialLabel, momentLabel, pageLabel, quotation } from '../text/cite';

const volumeOf = (file: CaseFile, m: Material) => {
  const v = file.situation.volumes.find((x) => x.id === m.volume);
  return v ? (file.names.volumes[v.kind] ?? v.kind) : '';
};

/** The number that a page bears in its volume; its number in the material where the catalogue gives none. */
export const volumePage = (m: Material, page: number) => (m.listed?.[0] ? m.listed[0] + page - 1 : page);

/** 00:03:12 */
export function clockOf(ms: number): string {
  const s = Math.floor(ms / 1000);
  return [s / 3600, (s / 60) % 60, s % 60].map((n) => String(Math.floor(n)).padStart(2, '0')).join(':');
}

export function labelOf(file: CaseFile, m: Material, place: Pick<Note, 'page' | 'at_ms'>): string {
  const volume = volumeOf(file, m);
  if (place.page) return pageLabel(volume, volumePage(m, place.page), m.title);
  if (place.at_ms != null) return momentLabel(volume, clockOf(place.at_ms), m.title);
  return materialLabel(volume, m.title);
}

/** What is put into a text for an excerpt. */
export function quoted(file: CaseFile, m: Material, note: Pick<Note, 'page' | 'at_ms' | 'quote'>): string {
  return quotation(note.quote.replace(/\s*\n\s*/g, '').trim(), labelOf(file, m, note));
}

export interface Link {
  label: string;
  material: string;
  page: number;
}

/** A text in parts: what stands between references, and the pages that they name. */
export function partsOf(file: CaseFile, text: string): (string | Link)[] {
  const parts: (string | Link)[] = [];
  let from = 0;
  for (const hit of text.matchAll(REFERENCE)) {
    const [head, volume, number] = [hit[0], hit[1], Number(hit[2])];
    const rest = hit.index + head.length;
    const named = file.situation.materials.find(
      (m) => m.pages > 0 && volumeOf(file, m) === volume && text.startsWith(m.title + CLOSES, rest) && number >= volumePage(m, 1) && number <= volumePage(m, m.pages),
    );
    if (!named) continue;
    const to = rest + named.title.length;
    parts.push(text.slice(from, hit.index + 1), { label: text.slice(hit.index + 1, to), material: named.id, page: number - volumePage(named, 1) + 1 });
    from = to;
  }
  parts.push(text.slice(from));
  return parts.filter((p) => p !== '');
}
