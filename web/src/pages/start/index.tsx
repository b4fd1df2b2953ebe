/** Beginning a case: the act that opens a process. */
import { useNavigate, useParams } from 'react-router';
import { api, take } from '../../api/client';
import { useForms, useLibrary } from '../../api/queries';
import { begins } from '../../parts/duties';
import { ActBody } from '../../parts/form/ActBody';
import { LinkButton } from '../../parts/LinkButton';
import { useUser } from '../../parts/session';
import { Empty, Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { act as words } from '../../text/act';
import { common } from '../../text/common';

export function Component() {
  const { process = '' } = useParams();
  const navigate = useNavigate();
  const library = useLibrary();
  const forms = useForms(process);
  const found = library.data?.processes.find((p) => p.id === process);
  const action = found?.opened_by;
  const user = useUser();
  useTitle(action ? forms.data?.acts[action]?.name : undefined);
  return (
    <div className="page">
      <Read of={forms} rows={8}>
        {(d) =>
          found && action && !begins(found, user) ? (
            <>
              <h1>{d.acts[action]?.name}</h1>
              <Empty>{(found.agency.includes(user.agency) ? words.notYours : words.notHere)(d.acts[action]?.name ?? found.name, found.open_to.map((r) => library.data?.roles[r]?.name ?? r))}</Empty>
              <LinkButton to="/">{common.toDesk}</LinkButton>
            </>
          ) : action ? (
            <>
              <h1>{d.acts[action]?.name}</h1>
              <ActBody
                key={process}
                forms={d}
                action={action}
                place={`start.${process}`}
                done={(x) => void navigate(`/files/${x.file}`)}
                send={(input, _subjects, key) =>
                  take(api.POST('/api/files', { params: { header: { 'Idempotency-Key': key } }, body: { process, input } }))
                }
              />
            </>
          ) : (
            <Read of={library}>{() => <Empty>{words.unknown}</Empty>}</Read>
          )
        }
      </Read>
    </div>
  );
}
