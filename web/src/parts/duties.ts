/** What a person's roles have to do with hand-overs, as the library says. */
import type { Library, User } from '../api/types';

const of = (library: Library | undefined, user: User, roles: (p: Library['processes'][number]) => string[]) =>
  (library?.processes ?? []).some((p) => p.agency.includes(user.agency) && roles(p).some((r) => user.roles.includes(r)));

/** Works at an agency that handles cases: others see one only where they are let in. */
export const handles = (library: Library | undefined, user: User) => (library?.processes ?? []).some((p) => p.agency.includes(user.agency));

/** Accepts or returns what comes in. */
export const receives = (library: Library | undefined, user: User) => of(library, user, (p) => p.answered_by);

/** Does acts that hand over. */
export const sends = (library: Library | undefined, user: User) => of(library, user, (p) => p.handed_over_by);

/** Whether a process begins a case, and this person may begin it. */
export const begins = (p: Library['processes'][number], user: User) =>
  !!p.opened_by && p.begins_case && p.agency.includes(user.agency) && p.open_to.some((r) => user.roles.includes(r));
