/** An approval: what is asked and the draft on the left, the evidence on the right, the opinion below. */
import { useState } from 'react';
import { useParams } from 'react-router';
import { useFile } from '../../api/queries';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { approve as words } from '../../text/approve';
import { Asked } from './Asked';
import { Evidence } from './Evidence';
import { OpinionForm } from './OpinionForm';

export function Component() {
  const { file, instance, proposal } = useParams();
  const read = useFile(file);
  const [at, setAt] = useState<{ material?: string; page: number }>({ page: 1 });
  const open = (material: string, page: number) => setAt({ material, page });
  const i = read.data?.situation.instances.find((x) => x.id === instance);
  const p = i?.proposals.find((x) => x.id === proposal);
  const name = i && p ? (read.data?.names.actions[`${i.process}.${p.action}`] ?? p.action) : undefined;
  useTitle(name ? words.title(name) : undefined);
  return (
    <Read of={read}>
      {(data) =>
        i && p ? (
          <div className="panes">
            <section>
              <Asked file={data} instance={i} proposal={p} name={name ?? ''} open={open} />
              <OpinionForm key={`${p.id}${p.opinions.length}`} file={data} instance={i} proposal={p} />
            </section>
            <section>
              <Evidence file={data} at={at} open={open} />
            </section>
          </div>
        ) : (
          <p className="empty">{words.closed}</p>
        )
      }
    </Read>
  );
}
