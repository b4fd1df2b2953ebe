/** Problem documents (RFC 9457) as the pages handle them. */
import { common } from '../text/common';

export interface Reason {
  text: string;
  place?: string;
  basis: string[];
  requirement?: string;
  code?: string;
}

export interface Problem {
  /** The last part of the type, such as `requirements`. */
  kind: string;
  title: string;
  status: number;
  detail: string;
  reasons: Reason[];
  /** Identifier of the request. */
  instance: string;
}

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const text = (v: unknown): string | undefined => (typeof v === 'string' ? v : undefined);

function reason(v: unknown): Reason[] {
  if (!isRecord(v)) return [];
  return [
    {
      text: text(v.text) ?? '',
      place: text(v.place),
      basis: Array.isArray(v.basis) ? v.basis.filter((b): b is string => typeof b === 'string') : [],
      requirement: text(v.requirement),
      code: text(v.code),
    },
  ];
}

/** Reads what the server answered; status 0 means that there was no answer. */
export function readProblem(body: unknown, status: number): Problem {
  if (isRecord(body) && typeof body.title === 'string') {
    return {
      kind: (text(body.type) ?? '').split('/').pop() ?? '',
      title: body.title,
      status,
      detail: text(body.detail) ?? '',
      reasons: Array.isArray(body.reasons) ? body.reasons.flatMap(reason) : [],
      instance: text(body.instance) ?? '',
    };
  }
  return status === 0
    ? { kind: 'network', title: common.noNetwork, status, detail: common.noNetworkDetail, reasons: [], instance: '' }
    : { kind: 'internal', title: common.failed, status, detail: common.failedDetail, reasons: [], instance: '' };
}

/** Any exception as a problem. */
export function problemOf(e: unknown): Problem {
  return e instanceof Refused ? e.problem : readProblem(undefined, 500);
}
