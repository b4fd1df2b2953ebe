/** An approval: what is asked, the draft and what would go out on the left, the evidence on the right, the opinion below. */
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, take } from '../../api/client';
import { useFile, useForms, useRehearsal } from '../../api/queries';
import type { CaseFile, Instance, ProcessForms, Proposal } from '../../api/types';
import { Checks } from '../../parts/handover/Checks';
import { Review } from '../../parts/handover/Review';
import { useUser } from '../../parts/session';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { approve as words } from '../../text/approve';
import { handover as passing } from '../../text/handover';
import { Asked } from './Asked';
import { Evidence } from './Evidence';
import { OpinionForm } from './OpinionForm';
import { mine } from './turn';

export function Component() {
  const { file, instance, proposal } = useParams();
  const read = useFile(file);
  const i = read.data?.situation.instances.find((x) => x.id === instance);
  const p = i?.proposals.find((x) => x.id === proposal);
  const name = i && p ? (read.data?.names.actions[`${i.process}.${p.action}`] ?? p.action) : undefined;
  const forms = useForms(i?.process, i?.library);
  useTitle(name ? words.title(name) : undefined);
  return (
    <Read of={read}>
      {(data) =>
        i && p ? (
          <Read of={forms}>{(f) => <Shown key={`${p.id}${p.opinions.length}`} file={data} instance={i} proposal={p} forms={f} name={name ?? ''} />}</Read>
        ) : (
          <p className="empty">{words.noSuch}</p>
        )
      }
    </Read>
  );
}

interface Props {
  file: CaseFile;
  instance: Instance;
  proposal: Proposal;
  forms: ProcessForms;
  name: string;
}

function Shown({ file, instance, proposal: p, forms, name }: Props) {
  const user = useUser();
  const act = forms.acts[p.action];
  const [at, setAt] = useState<{ material?: string; page: number }>({ page: 1 });
  const open = (material: string, page: number) => setAt({ material, page });
  const decides = p.open && mine(p, user);
  const rehearsal = useRehearsal(
    [file.row.id, instance.id, p.id, String(file.row.version)],
    () =>
      take(
        api.GET('/api/files/{file}/instances/{instance}/proposals/{proposal}/rehearsal', {
          params: { path: { file: file.row.id, instance: instance.id, proposal: p.id } },
        }),
      ),
    decides,
  );
  const r = rehearsal.data;
  return (
    <div className="panes">
      <section tabIndex={0} aria-label={words.asked}>
        <Asked
          file={file}
          instance={instance}
          proposal={p}
          forms={forms}
          name={name}
          open={open}
          effect={
            decides &&
            (!r || act?.to || r.going.length > 0 || r.checks.length > 0) && (
              <section className="block" aria-label={words.effect}>
                <h2>{!r || act?.to || r.going.length > 0 ? words.effect : words.results}</h2>
                <Read of={rehearsal}>
                  {(found) => (
                    <div className="pad effect">
                      {act?.to && <p>{passing.follows(act.to)}</p>}
                      {found.checks.length > 0 && found.checks.every((c) => c.findings.length === 0) && <Checks of={found.checks} />}
                      <Review of={found} file={file} forms={[]} />
                    </div>
                  )}
                </Read>
              </section>
            )
          }
        />
        <OpinionForm file={file} instance={instance} proposal={p} act={act} rehearsed={r} unseen={rehearsal.error && !rehearsal.isFetching ? words.notLooked : words.looking} />
      </section>
      <section tabIndex={0} aria-label={words.evidence}>
        <Evidence file={file} at={at} open={open} />
      </section>
    </div>
  );
}
