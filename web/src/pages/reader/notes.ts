/** Writing notes: each change is sent once, and what is shown is read again. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';
import type { NewNote, Note, NoteWords } from '../../api/types';

export function useWriting(file: string) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const again = () => client.invalidateQueries({ queryKey: ['file', file, 'notes'] });
  const failed = (e: unknown) => {
    void message.error(problemOf(e).detail);
    void again();
  };
  const add = useMutation({
    mutationFn: ({ key, ...body }: NewNote & { key?: string }) =>
      take(
        api.POST('/api/files/{file}/notes', {
          params: { path: { file }, header: { 'Idempotency-Key': key ?? crypto.randomUUID() } },
          body,
        }),
      ),
    onSuccess: again,
    onError: failed,
  });
  const change = useMutation({
    mutationFn: ({ note, words }: { note: Note; words: Partial<NoteWords> }) => {
      const { shared, text, quote, areas } = note;
      return take(
        api.PUT('/api/files/{file}/notes/{note}', {
          params: { path: { file, note: note.id }, header: { 'If-Match': `"v${note.version}"` } },
          body: { shared, text, quote, areas, ...words },
        }),
      );
    },
    onSuccess: again,
    onError: failed,
  });
  const drop = useMutation({
    mutationFn: (note: Note) =>
      take(
        api.DELETE('/api/files/{file}/notes/{note}', {
          params: { path: { file, note: note.id }, header: { 'If-Match': `"v${note.version}"` } },
        }),
      ),
    onSuccess: again,
    onError: failed,
  });
  return { add, change, drop };
}
export type Writing = ReturnType<typeof useWriting>;
