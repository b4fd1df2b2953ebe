/** Whose turn it is in a proposal. */
import type { Proposal, User } from '../../api/types';

/** The roles one of which has to give an opinion now. */
export const step = (p: Proposal): string[] => p.chain[p.opinions.filter((o) => o.agrees).length] ?? [];

/** This person may give it; who proposed may not. */
export const mine = (p: Proposal, user: User): boolean => p.open && p.by !== user.id && step(p).some((r) => user.roles.includes(r));

/** After this opinion the act takes effect. */
export const last = (p: Proposal): boolean => p.opinions.filter((o) => o.agrees).length + 1 === p.chain.length;

/** Who lends the role in which the opinion would be given. */
export const lender = (p: Proposal, user: User): string | undefined => user.lent.find((l) => step(p).includes(l.role))?.by;
