/** An approval: what is asked and the draft on the left, the evidence on the right, the opinion below. */
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
              <Asked file={data} instance={i} proposal={p} name={name ?? ''} />
              <OpinionForm key={`${p.id}${p.opinions.length}`} file={data} instance={i} proposal={p} />
            </section>
            <section>
              <Evidence file={data} />
            </section>
          </div>
        ) : (
          <p className="empty">{words.closed}</p>
        )
      }
    </Read>
  );
}
