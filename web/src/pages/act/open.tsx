/** Beginning a further process in a case, beside the case. */
import { Drawer } from 'antd';
import { useNavigate, useParams } from 'react-router';
import { api, take } from '../../api/client';
import { useFile, useForms, useLibrary } from '../../api/queries';
import { ActBody } from '../../parts/form/ActBody';
import { Read } from '../../parts/States';
import { act as words } from '../../text/act';

export function Component() {
  const { file = '', process = '' } = useParams();
  const navigate = useNavigate();
  const read = useFile(file);
  const forms = useForms(process);
  const action = useLibrary().data?.processes.find((p) => p.id === process)?.opened_by;
  const close = () => void navigate(`/files/${file}`);
  return (
    <Drawer open onClose={close} size={960} title={(action && forms.data?.acts[action]?.name) ?? words.act} maskClosable={false} className="act">
      <Read of={read}>
        {(f) => {
          const opening = f.openings.find((o) => o.process === process);
          if (!opening) return <p className="empty">{words.notOpen}</p>;
          return (
            <Read of={forms}>
              {(d) =>
                action && (
                  <>
                    <p className="soft pad-b">{words.opensFor(d.name, opening.subjects.map((s) => f.names.subjects[s] ?? s).join('、'))}</p>
                    <ActBody
                      key={process}
                      forms={d}
                      action={action}
                      place={`${file}.start.${process}`}
                      file={f}
                      eligible={opening.subjects}
                      cancel={close}
                      done={close}
                      send={(input, chosen, key) =>
                        take(
                          api.POST('/api/files/{file}/processes', {
                            params: { path: { file }, header: { 'Idempotency-Key': key } },
                            body: { process, subjects: chosen.length > 0 ? chosen : opening.subjects, input },
                          }),
                        )
                      }
                    />
                  </>
                )
              }
            </Read>
          );
        }}
      </Read>
    </Drawer>
  );
}
