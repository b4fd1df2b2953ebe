/** What a refusal says, by the field it belongs to. */
import { problemOf, type Problem, type Reason } from '../api/problem';

export interface Told {
  at: (field: string) => Reason[] | undefined;
  /** What belongs to no field of the form. */
  rest: Problem | undefined;
}

/** Forgets what was refused; what is still under way goes on. */
export function forget(...of: { isError: boolean; reset: () => void }[]): void {
  for (const m of of) if (m.isError) m.reset();
}

export function faultsOf(error: unknown, fields: string[]): Told {
  if (!error) return { at: () => undefined, rest: undefined };
  const problem = problemOf(error);
  // The sign-in dialog says so itself.
  if (problem.status === 401) return { at: () => undefined, rest: undefined };
  const placed = (r: Reason) => r.place !== undefined && fields.includes(r.place);
  const rest = problem.reasons.filter((r) => !placed(r));
  return {
    at: (field) => problem.reasons.filter((r) => r.place === field),
    rest: rest.length > 0 || problem.reasons.length === 0 ? { ...problem, reasons: rest } : undefined,
  };
}
