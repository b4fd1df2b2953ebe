/** The HTTP interface, typed from its description. */
import createClient from 'openapi-fetch';
import { type Problem, Refused, readProblem } from './problem';
import type { paths } from './schema';

export const api = createClient<paths>({ baseUrl: window.location.origin });

type Listener = () => void;
const expired = new Set<Listener>();

/** Calls `listener` when a request finds that the session is over. */
export function onExpired(listener: Listener): () => void {
  expired.add(listener);
  return () => expired.delete(listener);
}

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function refuse(problem: Problem): never {
  if (problem.status === 401 && problem.kind !== 'wrong-password') for (const tell of expired) tell();
  throw new Refused(problem);
}

/** The answer, or the problem as an exception. */
export async function take<T>(asked: Promise<Result<T>>): Promise<T> {
  let result: Result<T>;
  try {
    result = await asked;
  } catch {
    throw new Refused(readProblem(undefined, 0));
  }
  if (!result.response.ok) refuse(readProblem(result.error, result.response.status));
  // An answer without content has no data; its type says so.
  return result.data as T;
}

export interface Uploaded {
  sm3: string;
  bytes: number;
  media: string;
  pages: number;
  faults: { code: string; text: string; place: string }[];
  flaws: { page: number; check: string; text: string }[];
}

/** Sends a file's bytes, telling how far it is (0 to 1). */
export function upload(file: File, progress: (part: number) => void, signal?: AbortSignal): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest();
    x.open('POST', `/api/contents?name=${encodeURIComponent(file.name)}`);
    x.setRequestHeader('content-type', 'application/octet-stream');
    x.responseType = 'json';
    x.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    x.onload = () => {
      if (x.status === 201) resolve(x.response as Uploaded);
      else
        try {
          refuse(readProblem(x.response, x.status));
        } catch (e) {
          reject(e);
        }
    };
    x.onerror = () => reject(new Refused(readProblem(undefined, 0)));
    signal?.addEventListener('abort', () => x.abort());
    x.send(file);
  });
}
