/** What a person's roles have to do with hand-overs, as the library says. */
import type { Library, User } from '../api/types';

const of = (library: Library | undefined, user: User, roles: (p: Library['processes'][number]) => string[]) =>
  (library?.processes ?? []).some((p) => p.agency.includes(user.agency) && roles(p).some((r) => user.roles.includes(r)));

/** Accepts or returns what comes in. */
export const receives = (library: Library | undefined, user: User) => of(library, user, (p) => p.answered_by);

/** Does acts that hand over. */
export const sends = (library: Library | undefined, user: User) => of(library, user, (p) => p.handed_over_by);
