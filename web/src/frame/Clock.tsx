/** The business clock: shown in a demonstration, where it may be set. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Popover } from 'antd';
import { useState } from 'react';
import { api, take } from '../api/client';
import { problemOf } from '../api/problem';
import { useClock } from '../api/queries';
import { Moment } from '../parts/Moment';
import { Refusal } from '../parts/Refusal';
import { momentOf } from '../parts/time';
import { frame } from '../text/frame';

export function Clock() {
  const client = useQueryClient();
  const clock = useClock();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState<string>();
  const set = useMutation({
    mutationFn: (moment: string | null) => take(api.PUT('/api/clock', { body: { at: moment } })),
    onSuccess: () => {
      setOpen(false);
      setAt(undefined);
      void client.invalidateQueries();
    },
  });
  // Whatever is left of a period is reckoned from it.
  if (clock.error && !clock.data) {
    return (
      <button type="button" className="in-header clock" title={frame.noClockMeans} onClick={() => void clock.refetch()}>
        ■ {frame.noClock}
      </button>
    );
  }
  if (!clock.data?.demonstration) return null;
  const shown = at ?? clock.data.now;
  const panel = (
    <form
      className="panel"
      onSubmit={(e) => {
        e.preventDefault();
        set.mutate(shown);
      }}
    >
      <p className="soft">{frame.clockHint}</p>
      <label htmlFor="clock">{frame.clock}</label>
      <Moment id="clock" value={shown} onChange={setAt} />
      {set.error && <Refusal problem={problemOf(set.error)} />}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={set.isPending}>
          {frame.setClock}
        </Button>
        <Button onClick={() => set.mutate(null)}>{frame.realClock}</Button>
      </div>
    </form>
  );
  return (
    <Popover content={panel} trigger="click" open={open} onOpenChange={setOpen} placement="bottomRight">
      <button type="button" className="in-header clock" aria-label={`${frame.clock} ${momentOf(clock.data.now)}`}>
        <span className="wide">{frame.clock}　</span>
        {momentOf(clock.data.now)}
      </button>
    </Popover>
  );
}
