/** A material on paper: its pages are fetched, then the print window opens; one page image a sheet. */
import { App, Button, Modal, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { Material } from '../../api/types';
import { common } from '../../text/common';
import { reader as words } from '../../text/reader';
import { printed } from './images';

export function Printing({ file, m, done }: { file: string; m: Material; done: () => void }) {
  const { message } = App.useApp();
  const [ready, setReady] = useState(0);
  const [failed, setFailed] = useState<number[]>([]);
  const opened = useRef(false);
  const pages = Array.from({ length: m.pages }, (_, n) => n + 1);
  const all = ready + failed.length === m.pages;
  useEffect(() => {
    if (!all || opened.current) return;
    opened.current = true;
    if (failed.length > 0) {
      void message.error(words.printStopped(failed.toSorted((a, b) => a - b)), 6);
      return done();
    }
    // The pages stay until they are on paper.
    window.addEventListener('afterprint', done, { once: true });
    window.print();
  }, [all, failed, message, done]);
  return (
    <>
      <Modal open title={words.printing(m.title)} onCancel={done} footer={<Button onClick={done}>{common.cancel}</Button>} width={420}>
        <p role="status">{words.preparing(ready, m.pages)}</p>
        <Progress percent={Math.floor((ready / m.pages) * 100)} aria-label={words.printing(m.title)} />
      </Modal>
      {createPortal(
        <div className="on-paper">
          {pages.map((p) => (
            <img
              key={p}
              src={printed(file, m.id, p)}
              alt={`${m.title} ${words.page(p, m.pages)}`}
              onLoad={() => setReady((n) => n + 1)}
              onError={() => setFailed((f) => [...f, p])}
            />
          ))}
        </div>,
        document.body,
      )}
    </>
  );
}
