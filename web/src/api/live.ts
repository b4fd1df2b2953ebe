/** Live updates: what changed on the server is read again. */
import type { QueryClient } from '@tanstack/react-query';

/** Lists that any change may touch. */
const LISTS = ['todos', 'deadlines', 'notices', 'files', 'returned', 'handovers', 'desk'];
const AGAIN = 5_000;
const BREATH = 300;

/** Listens until the returned function is called. */
export function listen(client: QueryClient): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let closed = false;
  const waiting = new Map<string, string[]>();
  let gathering: number | undefined;
  // What changes in one breath is read again once: in a large unit somebody acts all the time.
  const again = (keys: string[][]) => {
    for (const key of keys) waiting.set(key.join('/'), key);
    gathering ??= window.setTimeout(() => {
      gathering = undefined;
      const now = [...waiting.values()];
      waiting.clear();
      for (const queryKey of now) void client.invalidateQueries({ queryKey });
    }, BREATH);
  };
  const open = () => {
    source = new EventSource('/api/live');
    source.addEventListener('change', (e: MessageEvent<string>) => {
      const change = JSON.parse(e.data) as { file: string; action: string };
      // Notes are no part of the case: no list shows them.
      if (change.action === 'notes') again([['file', change.file, 'notes']]);
      else again([...LISTS.map((l) => [l]), ['file', change.file]]);
    });
    const all = () => again([...LISTS.map((l) => [l]), ['file']]);
    source.addEventListener('resync', all);
    // What changed between the first reading and the opening of the stream was not told.
    source.addEventListener('open', all);
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED || closed) return;
      timer = window.setTimeout(open, AGAIN);
    };
  };
  open();
  return () => {
    closed = true;
    window.clearTimeout(timer);
    window.clearTimeout(gathering);
    source?.close();
  };
}
