/**
 * Tells the server which pages were shown: their images were fetched before. One report is on its way at a time; what
 * is shown meanwhile goes with the next, and what is left goes when the page is closed.
 */
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';

/** Pages of one report. */
const MOST = 200;

interface Shown {
  material: string;
  page: number;
}

const waiting = new Map<string, Shown[]>();
let telling = false;

export function shown(file: string, material: string, page: number): void {
  waiting.set(file, [...(waiting.get(file) ?? []), { material, page }]);
  void tell();
}

async function tell(): Promise<void> {
  if (telling) return;
  telling = true;
  try {
    for (let next = taken(); next; next = taken()) await report(next.file, next.pages);
  } catch {
    // Nobody answered, or the session is over: it goes with the next report.
  } finally {
    telling = false;
  }
}

/** The next pages to be reported. */
function taken(): { file: string; pages: Shown[] } | undefined {
  for (const [file, all] of waiting) {
    const [pages, later] = [all.slice(0, MOST), all.slice(MOST)];
    if (later.length > 0) waiting.set(file, later);
    else waiting.delete(file);
    return { file, pages };
  }
  return undefined;
}

async function report(file: string, pages: Shown[]): Promise<void> {
  try {
    await take(api.POST('/api/files/{file}/pages-shown', { params: { path: { file } }, body: { pages }, keepalive: true }));
  } catch (e) {
    // A refusal stays one: the person may not read there any more.
    if (![0, 401].includes(problemOf(e).status)) return;
    waiting.set(file, [...pages, ...(waiting.get(file) ?? [])]);
    throw e;
  }
}

window.addEventListener('pagehide', () => {
  for (let next = taken(); next; next = taken()) void report(next.file, next.pages).catch(() => undefined);
});
