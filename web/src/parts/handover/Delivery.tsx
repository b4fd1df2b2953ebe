/** A hand-over on its way: until the receipt has come, or longer in the background. */
import { useQuery } from '@tanstack/react-query';
import { Button, Progress, Steps } from 'antd';
import { useEffect, useState } from 'react';
import { api, take } from '../../api/client';
import type { Done } from '../../api/types';
import { common } from '../../text/common';
import { handover as words } from '../../text/handover';
import { LinkButton } from '../LinkButton';
import { momentOf, sizeOf } from '../time';

/** Longer than this, the page says that it goes on without it. */
const PATIENCE = 20_000;

interface Props {
  file: string;
  done: Done;
  units: Record<string, string>;
  close: () => void;
}

export function Delivery({ file, done, units, close }: Props) {
  return (
    <div className="form" role="status">
      <Steps size="small" responsive={false} current={2} items={words.steps.map((title) => ({ title }))} />
      {done.messages.map((m) => (
        <One key={m.id} file={file} message={m} unit={units[m.to] ?? m.to} />
      ))}
      <div className="foot">
        <Button type="primary" onClick={close}>
          {common.toCase}
        </Button>
      </div>
    </div>
  );
}

function One({ file, message, unit }: { file: string; message: Done['messages'][number]; unit: string }) {
  const [slow, setSlow] = useState(false);
  const sent = useQuery({
    queryKey: ['file', file, 'message', message.id],
    queryFn: () => take(api.GET('/api/files/{file}/messages/{message}', { params: { path: { file, message: message.id }, query: { wait: 20 } } })),
    refetchInterval: (q) => (q.state.data && !q.state.data.technical ? 1_000 : false),
  });
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(true), PATIENCE);
    return () => window.clearTimeout(timer);
  }, []);
  const technical = sent.data?.technical;
  const came = technical?.answer === 'received';
  return (
    <section className="paper">
      <div className="top">
        <b>{words.going(message.name, unit)}</b>
        <span className="grow soft">{message.pages > 0 && words.carried(message.pages, sizeOf(message.bytes))}</span>
        <span className={came ? 'tag tag-good' : technical ? 'tag tag-danger' : 'tag tag-act'}>{came ? words.delivered(unit) : technical ? words.notDelivered(unit) : words.delivering(unit)}</span>
      </div>
      <Progress percent={technical ? 100 : 50} status={came ? 'success' : technical ? 'exception' : 'active'} showInfo={false} aria-label={words.delivering(unit)} />
      {technical ? (
        <div className="row">
          <span className="num soft grow">{words.receiptNumber(technical.number, momentOf(technical.at))}</span>
          <LinkButton size="small" to={`/files/${file}/receipt/${message.id}`}>
            {words.printReceipt}
          </LinkButton>
        </div>
      ) : (
        slow && <p className="soft">{words.slow}</p>
      )}
    </section>
  );
}
