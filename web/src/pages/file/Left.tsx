/** What is left of a deadline of this file; of one that stands still, since when. */
import { useSpans } from '../../api/queries';
import type { CaseFile } from '../../api/types';
import { Due } from '../../parts/Due';
import { file as words } from '../../text/file';

type Clock = CaseFile['clocks'][number];

export function Left({ file, clock: c, now }: { file: CaseFile; clock: Clock; now: string | undefined }) {
  const span = useSpans(file.row.id).data?.find((s) => s.instance === c.instance && s.deadline === c.deadline && s.subject === c.subject && s.from === c.from);
  const since = span?.suspensions.find((p) => !p.to)?.from;
  return since ? <span className="tag tag-act">{words.standsStill(since)}</span> : <Due due={c.due_at} now={now} />;
}
