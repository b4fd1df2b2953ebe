/** What was taken away can be brought back for a while: one way for all forms. */
import { App, Button } from 'antd';
import { useEffect } from 'react';
import { common } from '../text/common';

/** Seconds in which it can be brought back. */
const TIME = 10;
/** One at a time: what was taken away last. */
const KEY = 'undo';

export function useUndo(): (text: string, undo: () => void) => void {
  const { message } = App.useApp();
  return (text, undo) => {
    void message.open({
      key: KEY,
      type: 'info',
      duration: TIME,
      content: (
        <>
          {text}
          <Button
            type="link"
            size="small"
            onClick={() => {
              message.destroy(KEY);
              undo();
            }}
          >
            {common.undo}
          </Button>
        </>
      ),
    });
  };
}

/** Where a form has gone, nothing comes back into it. */
export function useUndoEnds(): void {
  const { message } = App.useApp();
  useEffect(() => () => message.destroy(KEY), [message]);
}
