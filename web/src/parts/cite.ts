/** Quoting pages of the dossier in a text, and finding the pages that a text quotes. */
import type { CaseFile, Material, Note } from '../api/types';
import { CLOSES, MOMENT, OPENS, REFERENCE, materialLabel, momentLabel, pageLabel, quotation } from '../text/cite';

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
  /** Second of a recording. */
  at?: number;
}

interface Hit extends Link {
  from: number;
  to: number;
}

export const isRecording = (m: Material) => /^(video|audio)\//.test(m.media);

function pagesIn(file: CaseFile, text: string): Hit[] {
  return [...text.matchAll(REFERENCE)].flatMap((hit): Hit[] => {
    const [head, volume, number] = [hit[0], hit[1], Number(hit[2])];
    const rest = hit.index + head.length;
    const m = file.situation.materials.find(
      (x) => x.pages > 0 && volumeOf(file, x) === volume && text.startsWith(x.title + CLOSES, rest) && number >= volumePage(x, 1) && number <= volumePage(x, x.pages),
    );
    if (!m) return [];
    const [from, to] = [hit.index + 1, rest + m.title.length];
    return [{ label: text.slice(from, to), material: m.id, page: number - volumePage(m, 1) + 1, from, to }];
  });
}

/** A title may hold brackets itself, so what stands before the time is compared with the recordings that there are. */
function momentsIn(file: CaseFile, text: string): Hit[] {
  return [...text.matchAll(MOMENT)].flatMap((hit): Hit[] => {
    const [h, m, s] = [Number(hit[1]), Number(hit[2]), Number(hit[3])];
    const before = text.slice(0, hit.index);
    const of = file.situation.materials.find((x) => isRecording(x) && before.endsWith(OPENS + materialLabel(volumeOf(file, x), x.title)));
    if (!of) return [];
    const from = hit.index - materialLabel(volumeOf(file, of), of.title).length;
    const to = hit.index + hit[0].length - CLOSES.length;
    return [{ label: text.slice(from, to), material: of.id, page: 1, at: h * 3600 + m * 60 + s, from, to }];
  });
}

/** A text in parts: what stands between references, and the pages and moments that they name. */
export function partsOf(file: CaseFile, text: string): (string | Link)[] {
  const hits = [...pagesIn(file, text), ...momentsIn(file, text)].sort((a, b) => a.from - b.from);
  const parts: (string | Link)[] = [];
  let done = 0;
  for (const { from, to, ...link } of hits) {
    parts.push(text.slice(done, from), link);
    done = to;
  }
  parts.push(text.slice(done));
  return parts.filter((p) => p !== '');
}

/** Where the reader opens it. */
export const placeOf = (file: string, link: Pick<Link, 'material' | 'page' | 'at'>): string =>
  `/files/${file}/read/${link.material}/${link.page}${link.at === undefined ? '' : `?t=${link.at}`}`;
