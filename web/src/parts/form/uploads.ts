/** Uploads of a draft: whether those kept are still there, and that none is broken off unasked. */
import { App } from 'antd';
import { useEffect, useRef } from 'react';
import { useBlocker } from 'react-router';
import { useBrought } from '../../api/queries';
import { act as words } from '../../text/act';
import type { Change, Draft } from './draft';

/** Looks after the uploads that the draft was opened with; those that were cleaned away must be chosen again. */
export function useStillThere(draft: Draft, change: (c: Change) => void) {
  const opened = useRef(draft.materials.flatMap((m) => (m.content ? [m.content.sm3] : [])));
  const there = useBrought(opened.current);
  const looked = useRef(false);
  useEffect(() => {
    if (!there.data || looked.current) return;
    looked.current = true;
    const gone = opened.current.filter((sm3) => !there.data.includes(sm3));
    for (const m of draft.materials) if (m.content && gone.includes(m.content.sm3)) change({ to: 'material', id: m.id, change: { content: undefined, gone: true } });
  }, [there.data, draft.materials, change]);
  return there;
}

/** Asks before the page is left while so many uploads run. */
export function useUnfinished(running: () => number): void {
  const { modal } = App.useApp();
  const latest = useRef(running);
  useEffect(() => {
    latest.current = running;
  });
  const blocker = useBlocker(({ currentLocation: from, nextLocation: to }) => from.pathname !== to.pathname && latest.current() > 0);
  const asked = useRef(false);
  useEffect(() => {
    if (blocker.state !== 'blocked' || asked.current) return;
    asked.current = true;
    modal.confirm({
      title: words.leaving(latest.current()),
      content: words.leavingMeans,
      okText: words.leave,
      cancelText: words.stay,
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
      afterClose: () => {
        asked.current = false;
      },
    });
  }, [blocker, modal]);
  useEffect(() => {
    const leave = (e: BeforeUnloadEvent) => {
      if (latest.current() > 0) e.preventDefault();
    };
    window.addEventListener('beforeunload', leave);
    return () => window.removeEventListener('beforeunload', leave);
  }, []);
}
