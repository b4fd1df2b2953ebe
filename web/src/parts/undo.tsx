/** What was taken away can be brought back for a while: one way for all forms. */
import { App, Button } from 'antd';
import { common } from '../text/common';

/** Seconds in which it can be brought back. */
const TIME = 10;

export function useUndo(): (text: string, undo: () => void) => void {
  const { message } = App.useApp();
  return (text, undo) => {
    const key = crypto.randomUUID();
    void message.open({
      key,
      type: 'info',
      duration: TIME,
      content: (
        <>
          {text}
          <Button
            type="link"
            size="small"
            onClick={() => {
              message.destroy(key);
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
