/** Legal sources as they stand in answers and records, read by the library: in full, and the citation by which the article is found. */
import { useQueries } from '@tanstack/react-query';
import { api, take } from '../api/client';
import type { Source } from '../api/types';

/** Texts of one request. */
const MOST = 200;

interface Asked {
  found: (s: Source) => void;
  failed: (e: unknown) => void;
}

const waiting = new Map<string, Asked[]>();

/** What is asked for while a page is drawn goes out as one request. */
function read(text: string): Promise<Source> {
  return new Promise((found, failed) => {
    if (waiting.size === 0) window.setTimeout(() => void ask());
    waiting.set(text, [...(waiting.get(text) ?? []), { found, failed }]);
  });
}

async function ask(): Promise<void> {
  const all = [...waiting];
  waiting.clear();
  for (let i = 0; i < all.length; i += MOST) {
    const part = all.slice(i, i + MOST);
    try {
      const sources = await take(api.POST('/api/library/citations', { body: { texts: part.map(([text]) => text) } }));
      part.forEach(([text, asked], n) => asked.forEach((a) => a.found(sources[n] ?? { title: text })));
    } catch (e) {
      for (const [, asked] of part) for (const a of asked) a.failed(e);
    }
  }
}

/** Each text as it is until it was read. */
export function useCitations(texts: string[]): Source[] {
  // The same source may be named twice.
  const distinct = [...new Set(texts)];
  const results = useQueries({
    queries: distinct.map((text) => ({
      queryKey: ['citation', text],
      queryFn: () => read(text),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: Number.POSITIVE_INFINITY,
    })),
  });
  return texts.map((text) => results[distinct.indexOf(text)]?.data ?? { title: text });
}
