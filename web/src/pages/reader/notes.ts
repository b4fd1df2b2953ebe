/** Writing notes: each change is sent once, and what is shown is read again. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { type Problem, problemOf } from '../../api/problem';
import type { NewNote, Note, NoteWords } from '../../api/types';

export function useWriting(file: string) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem>();
  const read = () => client.invalidateQueries({ queryKey: ['file', file, 'notes'] });
  const again = () => {
    setProblem(undefined);
    return read();
  };
  const failed = (e: unknown) => {
    // The sign-in dialog says so itself.
    const p = problemOf(e);
    setProblem(p.status === 401 ? undefined : p);
    void read();
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
  /** Why the last change was not made, until it is closed or another one is. */
  return { add, change, drop, problem, close: () => setProblem(undefined) };
}
export type Writing = ReturnType<typeof useWriting>;
