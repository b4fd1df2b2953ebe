/** The bell: deadlines that run out soon, or have. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Popover } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, take } from '../api/client';
import { useNotices } from '../api/queries';
import { momentOf } from '../parts/time';
import { frame } from '../text/frame';

export function Notices() {
  const client = useQueryClient();
  const notices = useNotices();
  const [open, setOpen] = useState(false);
  const read = useMutation({
    mutationFn: (notice: string) => take(api.POST('/api/notices/{notice}/read', { params: { path: { notice } } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['notices'] }),
  });
  const all = notices.data ?? [];
  const unread = all.filter((n) => !n.read_at).length;
  const list = (
    <div className="panel notices">
      {all.length === 0 && <p className="soft">{frame.noNotices}</p>}
      {all.map((n) => (
        <div key={n.id} className={n.read_at ? 'notice read' : 'notice'}>
          <span className={n.kind === 'missed' ? 'tag tag-danger' : 'tag tag-soon'}>
            {n.kind === 'missed' ? frame.overdue : frame.soon}
          </span>
          <Link to={`/files/${n.file}?tab=deadlines`} onClick={() => setOpen(false)}>
            {n.title}
          </Link>
          <p>{n.text}</p>
          <small className="soft num">{momentOf(n.at)}</small>
          {!n.read_at && (
            <Button size="small" type="link" onClick={() => read.mutate(n.id)}>
              {frame.read}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
  return (
    <Popover content={list} trigger="click" open={open} onOpenChange={setOpen} placement="bottomRight">
      <button type="button" className="in-header" aria-label={`${frame.notices} ${unread}`}>
        {frame.notices}
        {unread > 0 && <b className="badge num">{unread}</b>}
      </button>
    </Popover>
  );
}
