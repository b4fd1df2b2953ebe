/** One's own proposal of an act that was not agreed to, and neither proposed again nor done since. */
import type { CaseFile, Opinion, Proposal } from '../../api/types';

export function cameBack(file: CaseFile, instance: string, action: string, me: string): { proposal: Proposal; opinion: Opinion } | undefined {
  const i = file.situation.instances.find((x) => x.id === instance);
  const proposal = i?.proposals.findLast((p) => p.action === action);
  const opinion = proposal?.opinions.at(-1);
  if (!proposal || !opinion || proposal.open || proposal.by !== me || opinion.agrees) return undefined;
  const since = i?.done.some((d) => d.action === action && d.at > opinion.at);
  return since ? undefined : { proposal, opinion };
}
