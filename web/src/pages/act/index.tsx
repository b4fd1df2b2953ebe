/** An act on a case, beside the case. What arrived and what stands against it is shown before the form. */
import { Drawer } from 'antd';
import { useRef } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, take } from '../../api/client';
import { useFile, useForms } from '../../api/queries';
import type { ActForm, CaseFile, Offer, ProcessForms } from '../../api/types';
import { Excerpts } from '../../parts/Excerpts';
import { ActBody } from '../../parts/form/ActBody';
import { AREA } from '../../parts/form/Field';
import { Loading, Read } from '../../parts/States';
import { act as words } from '../../text/act';
import { Findings } from '../file/Findings';
import { Incoming } from './Incoming';

export function Component() {
  const { file = '', instance = '', action = '' } = useParams();
  const navigate = useNavigate();
  const read = useFile(file);
  const process = read.data?.situation.instances.find((i) => i.id === instance)?.process;
  const forms = useForms(process);
  const close = () => void navigate(`/files/${file}`);
  return (
    <Drawer open onClose={close} size={960} title={forms.data?.acts[action]?.name ?? ' '} maskClosable={false} className="act">
      <Read of={read}>
        {(f) => (process ? <Read of={forms}>{(d) => <Shown file={f} forms={d} instance={instance} action={action} close={close} />}</Read> : <p className="empty">{words.unknown}</p>)}
      </Read>
    </Drawer>
  );
}

interface Props {
  file: CaseFile;
  forms: ProcessForms;
  instance: string;
  action: string;
  close: () => void;
}

function Shown({ file, forms, instance, action, close }: Props) {
  const offers = file.instances.find((i) => i.id === instance)?.offers ?? [];
  const offer = offers.find((o) => o.action === action);
  const act = forms.acts[action];
  const whole = useRef<HTMLDivElement>(null);
  if (!act) return <Loading />;
  if (!offer) return <p className="empty">{words.unknown}</p>;
  const findings = act.answers ? acceptance(offers, forms) ?? offer.findings : offer.findings;
  return (
    <div ref={whole} className="act-body">
      {act.answers && <Incoming file={file} instance={instance} />}
      {(findings.length > 0 || act.answers) && (
        <section className="pad-b">
          <h3>{words.checks}</h3>
          {findings.length > 0 ? <Findings of={findings} names={file.names} /> : <p className="tag tag-good">{words.met}</p>}
        </section>
      )}
      {writes(act, forms) && <Excerpts file={file} form={whole} />}
      <ActBody
        forms={forms}
        action={action}
        place={`${file.row.id}.${instance}.${action}`}
        file={file}
        offer={offer}
        cancel={close}
        done={close}
        send={(input, subjects, key) =>
          take(
            api.POST('/api/files/{file}/instances/{instance}/actions/{action}', {
              params: { path: { file: file.row.id, instance, action }, header: { 'Idempotency-Key': key } },
              body: { input, subjects },
            }),
          )
        }
      />
    </div>
  );
}

/** Whether anything longer is written in it. */
function writes(act: ActForm, forms: ProcessForms): boolean {
  return act.reason || act.form.some((f) => forms.fields[f]?.type === 'text' && (forms.fields[f]?.max ?? 0) > AREA);
}

/** Whatever the answer, the receiver looks at the requirements of acceptance. */
function acceptance(offers: Offer[], forms: ProcessForms) {
  return offers.find((o) => forms.acts[o.action]?.answers === 'accepted')?.findings;
}
