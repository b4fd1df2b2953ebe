/** The bell: deadlines that run out soon, or have. */
import { Popover } from 'antd';
import { useState } from 'react';
import { useNotices } from '../api/queries';
import { NoticeItem } from '../parts/NoticeItem';
import { frame } from '../text/frame';

export function Notices() {
  const notices = useNotices();
  const [open, setOpen] = useState(false);
  const all = notices.data ?? [];
  const unread = all.filter((n) => !n.read_at).length;
  const list = (
    <div className="panel notices">
      {all.length === 0 && <p className="soft">{frame.noNotices}</p>}
      <ul className="told">
        {all.map((n) => (
          <NoticeItem key={n.id} of={n} left={() => setOpen(false)} />
        ))}
      </ul>
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
