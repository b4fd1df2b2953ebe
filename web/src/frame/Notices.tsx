/** The bell: deadlines that run out soon, or have. */
import { Popover } from 'antd';
import { useState } from 'react';
import { useNotices } from '../api/queries';
import { NoticeItem } from '../parts/NoticeItem';
import { Read } from '../parts/States';
import { frame } from '../text/frame';

export function Notices() {
  const notices = useNotices();
  const [open, setOpen] = useState(false);
  const unread = (notices.data ?? []).filter((n) => !n.read_at).length;
  const failed = notices.error !== null && notices.data === undefined;
  const list = (
    <div className="panel notices">
      <Read of={notices} rows={3}>
        {(all) =>
          all.length === 0 ? (
            <p className="soft">{frame.noNotices}</p>
          ) : (
            <ul className="told">
              {all.map((n) => (
                <NoticeItem key={n.id} of={n} left={() => setOpen(false)} />
              ))}
            </ul>
          )
        }
      </Read>
    </div>
  );
  return (
    <Popover content={list} trigger="click" open={open} onOpenChange={setOpen} placement="bottomRight">
      <button type="button" className="in-header" aria-label={failed ? frame.noticesFailed : frame.noticesOf(unread)}>
        {frame.notices}
        {failed && <b className="badge">!</b>}
        {unread > 0 && <b className="badge num">{unread}</b>}
      </button>
    </Popover>
  );
}
