/** Live updates: what changed on the server is read again. */
import type { QueryClient } from '@tanstack/react-query';

/** Lists that any change may touch. */
const LISTS = ['todos', 'deadlines', 'notices', 'files', 'returned', 'desk'];
const AGAIN = 5_000;

/** Listens until the returned function is called. */
export function listen(client: QueryClient): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let closed = false;
  const again = (keys: string[][]) => {
    for (const queryKey of keys) void client.invalidateQueries({ queryKey });
  };
  const open = () => {
    source = new EventSource('/api/live');
    source.addEventListener('change', (e: MessageEvent<string>) => {
      const change = JSON.parse(e.data) as { file: string };
      again([...LISTS.map((l) => [l]), ['file', change.file]]);
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
    source?.close();
  };
}
