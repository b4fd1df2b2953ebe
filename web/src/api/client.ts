/** The HTTP interface, typed from its description. */
import createClient from 'openapi-fetch';
import { type Problem, Refused, readProblem } from './problem';
import type { paths } from './schema';

export const api = createClient<paths>({ baseUrl: window.location.origin });

type Listener = () => void;
const expired = new Set<Listener>();

/** Refusals of a session that is over, or opens nothing until its person signs in by passkey. */
const OVER = ['not-signed-in', 'session-expired', 'passkey-needed'];

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
  if (OVER.includes(problem.kind)) for (const tell of expired) tell();
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

/** Nobody waits for the answer any more. */
export class Cancelled extends Error {}

/** Sends a file's bytes, telling how many have gone. */
export function upload(file: File, progress: (sent: number) => void, signal: AbortSignal): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest();
    x.open('POST', `/api/contents?name=${encodeURIComponent(file.name)}`);
    x.setRequestHeader('content-type', 'application/octet-stream');
    x.responseType = 'json';
    x.upload.onprogress = (e) => progress(e.loaded);
    x.upload.onload = () => progress(file.size);
    x.onload = () => {
      if (x.status === 201) resolve(x.response as Uploaded);
      else
        try {
          refuse(readProblem(x.response, x.status));
        } catch (e) {
          reject(e instanceof Error ? e : new Error(String(e)));
        }
    };
    x.onerror = () => reject(new Refused(readProblem(undefined, 0)));
    x.onabort = () => reject(new Cancelled());
    signal.addEventListener('abort', () => x.abort(), { once: true });
    x.send(file);
  });
}
