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
    <Drawer open onClose={close} size={960} title={(action && forms.data?.acts[action]?.name) ?? ' '} maskClosable={false} className="act">
      <Read of={read}>
        {(f) =>
          f.openings.some((o) => o.process === process) ? (
            <Read of={forms}>
              {(d) =>
                action && (
                  <>
                    <p className="soft pad-b">{words.opensFor(d.name, Object.values(f.names.subjects).join('、'))}</p>
                    <ActBody
                      // Every subject of the case: the process runs a track for each.
                      forms={{ ...d, acts: { ...d.acts, ...(d.acts[action] && { [action]: { ...d.acts[action], whole: true } }) } }}
                      action={action}
                      place={`${file}.start.${process}`}
                      file={f}
                      cancel={close}
                      done={close}
                      send={(input, _subjects, key) =>
                        take(
                          api.POST('/api/files/{file}/processes', {
                            params: { path: { file }, header: { 'Idempotency-Key': key } },
                            body: { process, input },
                          }),
                        )
                      }
                    />
                  </>
                )
              }
            </Read>
          ) : (
            <p className="empty">{words.notOpen}</p>
          )
        }
      </Read>
    </Drawer>
  );
}
