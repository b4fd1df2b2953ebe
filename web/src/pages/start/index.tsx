/** Beginning a case: the act that opens a process. */
import { useNavigate, useParams } from 'react-router';
import { api, take } from '../../api/client';
import { useForms, useLibrary } from '../../api/queries';
import { ActBody } from '../../parts/form/ActBody';
import { Read } from '../../parts/States';
import { useTitle } from '../../parts/title';
import { act as words } from '../../text/act';

export function Component() {
  const { process = '' } = useParams();
  const navigate = useNavigate();
  const library = useLibrary();
  const forms = useForms(process);
  const action = library.data?.processes.find((p) => p.id === process)?.opened_by;
  useTitle(action ? forms.data?.acts[action]?.name : undefined);
  return (
    <div className="page">
      <Read of={forms} rows={8}>
        {(d) =>
          action ? (
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
            library.data && <p className="empty">{words.unknown}</p>
          )
        }
      </Read>
    </div>
  );
}
