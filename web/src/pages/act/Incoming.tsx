/** The hand-over that opened a process: from whom, when, with what. */
import type { CaseFile } from '../../api/types';
import { LinkButton } from '../../parts/LinkButton';
import { momentCn } from '../../parts/time';
import { act as words } from '../../text/act';
import { file as fileWords } from '../../text/file';

const text = (v: unknown) => (typeof v === 'string' ? v : '');

export function Incoming({ file, instance }: { file: CaseFile; instance: string }) {
  const origin = file.situation.instances.find((i) => i.id === instance)?.origin;
  if (!origin) return null;
  const o = origin as Record<string, unknown>;
  const came = file.situation.materials.filter((m) => m.message === o.message);
  return (
    <section className="paper">
      <div className="top">
        <b>{words.incoming}</b>
        <span className="grow">
          {file.names.messages[text(o.kind)]}　{words.origin(file.names.units[text(o.unit)] ?? text(o.unit), momentCn(text(o.received_at)))}{'　'}
          {words.materials(came.length, came.reduce((n, m) => n + m.pages, 0))}
        </span>
        <LinkButton to={`/files/${file.row.id}/read`} size="small">
            {fileWords.read}
          </LinkButton>
      </div>
    </section>
  );
}
