/** An act on a case, beside the case. What arrived and what stands against it is shown before the form. */
import { Button, Drawer } from 'antd';
import { useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, take } from '../../api/client';
import { useFile, useForms, useLibrary } from '../../api/queries';
import type { ActForm, CaseFile, Done, Offer, ProcessForms } from '../../api/types';
import { Cited } from '../../parts/Cited';
import { Excerpts } from '../../parts/Excerpts';
import { ActBody } from '../../parts/form/ActBody';
import { AREA } from '../../parts/form/Field';
import { draftOf } from '../../parts/form/draftOf';
import { Findings } from '../../parts/Findings';
import { Empty, Loading, Read } from '../../parts/States';
import { Delivery } from '../../parts/handover/Delivery';
import { useUser } from '../../parts/session';
import { momentCn } from '../../parts/time';
import { act as words } from '../../text/act';
import { common } from '../../text/common';
import { returnReason } from '../../text/handover';
import { Incoming } from './Incoming';
import { cameBack } from './cameBack';

export function Component() {
  const { file = '', instance = '', action = '' } = useParams();
  const navigate = useNavigate();
  const read = useFile(file);
  const running = read.data?.situation.instances.find((i) => i.id === instance);
  const process = running?.process;
  const forms = useForms(process, running?.library);
  const close = () => void navigate(`/files/${file}`);
  return (
    <Drawer open onClose={close} size={960} title={forms.data?.acts[action]?.name ?? words.act} maskClosable={false} className="act">
      <Read of={read}>
        {(f) => (process ? <Read of={forms}>{(d) => <Shown key={`${instance}.${action}`} file={f} forms={d} instance={instance} action={action} close={close} />}</Read> : <p className="empty">{words.unknown}</p>)}
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
  const user = useUser();
  const back = cameBack(file, instance, action, user.id);
  const [sent, setSent] = useState<Done>();
  const [reviewing, setReviewing] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  if (!act) return <Loading />;
  if (sent) return <Delivery file={file.row.id} done={sent} units={file.names.units} close={close} />;
  if (!offer) return <p className="empty">{words.unknown}</p>;
  if (!offer.mine) return <NotMine file={file} instance={instance} offer={offer} close={close} />;
  const findings = act.answers ? acceptance(offers, forms) ?? offer.findings : offer.findings;
  return (
    <div ref={whole} className="act-body">
      {act.answers && <Incoming file={file} instance={instance} />}
      {back && (
        <section className="came-back" role="note">
          <b>{(back.opinion.refuses ? words.refused : words.sentBack)(file.names.users[back.opinion.by] ?? back.opinion.by, momentCn(back.opinion.at))}</b>
          <p className="song">
            <Cited file={file} text={back.opinion.text} />
          </p>
          {!back.opinion.refuses && <small className="soft">{words.takenUp}</small>}
        </section>
      )}
      {!reviewing && (findings.length > 0 || act.answers) && (
        <section className="pad-b">
          <h3>{words.checks}</h3>
          {findings.length > 0 ? <Findings of={findings} names={file.names} /> : <p className="tag tag-good">{words.met}</p>}
        </section>
      )}
      {!reviewing && writes(act, forms) && <Excerpts file={file} form={whole} />}
      <ActBody
        forms={forms}
        action={action}
        place={`${file.row.id}.${instance}.${action}`}
        file={file}
        offer={offer}
        cancel={close}
        looking={setReviewing}
        first={back && !back.opinion.refuses ? draftOf(back.proposal, act, forms) : undefined}
        reason={act.answers === 'returned' && findings.length > 0 ? returnReason(findings) : undefined}
        done={(d) => (!d.proposed && handsOver(act, d) ? setSent(d) : close())}
        rehearse={(input, subjects) =>
          take(
            api.POST('/api/files/{file}/instances/{instance}/actions/{action}/rehearsal', {
              params: { path: { file: file.row.id, instance, action } },
              body: { input, subjects },
            }),
          )
        }
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

/** Who may do it instead: a role, or those who have the case in hand. */
function NotMine({ file, instance, offer, close }: { file: CaseFile; instance: string; offer: Offer; close: () => void }) {
  const user = useUser();
  const library = useLibrary();
  const roles = offer.by.map((r) => file.names.roles[r] ?? library.data?.roles[r]?.name ?? r);
  const handlers = (file.situation.instances.find((i) => i.id === instance)?.handlers ?? []).filter((h) => offer.by.includes(h.role)).map((h) => file.names.users[h.user] ?? h.user);
  return (
    <div className="form">
      <Empty>
        {file.row.unit !== user.unit
          ? words.notHere(offer.name, roles)
          : handlers.length > 0
            ? words.notInHand(offer.name, handlers)
            : words.notYours(offer.name, roles)}
      </Empty>
      <div className="foot">
        <Button type="primary" onClick={close}>
          {common.toCase}
        </Button>
      </div>
    </div>
  );
}

function handsOver(act: ActForm, d: Done): boolean {
  return act.sends.some((s) => s.handover && d.messages.some((m) => m.kind === s.message));
}

/** Whether anything longer is written in it. */
function writes(act: ActForm, forms: ProcessForms): boolean {
  return act.reason || !!act.words || act.form.some((f) => forms.fields[f]?.type === 'text' && (forms.fields[f]?.max ?? 0) > AREA);
}

/** Whatever the answer, the receiver looks at the requirements of acceptance. */
function acceptance(offers: Offer[], forms: ProcessForms) {
  return offers.find((o) => forms.acts[o.action]?.answers === 'accepted')?.findings;
}
