/** A hand-over on its way: until the receipt has come, or longer in the background. */
import { useQuery } from '@tanstack/react-query';
import { Button, Steps } from 'antd';
import { useEffect, useState } from 'react';
import { api, take } from '../../api/client';
import { problemOf } from '../../api/problem';
import type { Done } from '../../api/types';
import { common } from '../../text/common';
import { handover as words } from '../../text/handover';
import { LinkButton } from '../LinkButton';
import { Refusal } from '../Refusal';
import { momentCn, sizeOf } from '../time';

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
  const failed = sent.error && !technical ? problemOf(sent.error) : undefined;
  // Written with the act; then carried; then the receipt, or none.
  const at = technical ? 2 : 1;
  return (
    <section className="paper">
      <div className="top">
        <b>{words.going(message.name, unit)}</b>
        <span className="grow soft">{message.pages > 0 && words.carried(message.pages, sizeOf(message.bytes))}</span>
        <span className={came ? 'tag tag-good' : technical ? 'tag tag-danger' : 'tag tag-act'}>{came ? words.delivered(unit) : technical ? words.notDelivered(unit) : words.delivering(unit)}</span>
      </div>
      <Steps
        size="small"
        responsive={false}
        current={at}
        status={technical ? (came ? 'finish' : 'error') : failed ? 'error' : 'process'}
        items={words.way.map((title) => ({ title }))}
      />
      {failed && failed.status !== 401 && (
        <>
          <Refusal problem={failed} />
          <div className="row">
            <span className="soft grow">{words.goesOn}</span>
            <Button size="small" loading={sent.isFetching} onClick={() => void sent.refetch()}>
              {common.retry}
            </Button>
          </div>
        </>
      )}
      {technical ? (
        <div className="row">
          <span className="num soft grow">{words.receiptNumber(technical.number, momentCn(technical.at))}</span>
          <LinkButton size="small" to={`/files/${file}/receipt/${message.id}`}>
            {words.printReceipt}
          </LinkButton>
        </div>
      ) : (
        slow && !failed && <p className="soft">{words.slow}</p>
      )}
    </section>
  );
}
