/** What one was told of a deadline, and that it was read. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router';
import { api, take } from '../api/client';
import { problemOf } from '../api/problem';
import type { Notice } from '../api/types';
import { frame } from '../text/frame';
import { Refusal } from './Refusal';
import { momentOf } from './time';

export function NoticeItem({ of: n, left }: { of: Notice; /** Told when the case is opened. */ left?: () => void }) {
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: () => take(api.POST('/api/notices/{notice}/read', { params: { path: { notice: n.id } } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['notices'] }),
  });
  return (
    <li className={n.read_at ? 'read' : undefined}>
      <span className={n.kind === 'missed' ? 'tag tag-danger' : 'tag tag-soon'}>{n.kind === 'missed' ? frame.overdue : frame.soon}</span>{' '}
      <Link to={`/files/${n.file}?tab=deadlines`} onClick={left}>
        {n.title}
      </Link>
      <p>{n.text}</p>
      <small className="soft num">{momentOf(n.at)}</small>
      {!n.read_at && (
        <Button size="small" type="link" loading={read.isPending} onClick={() => read.mutate()}>
          {frame.read}
        </Button>
      )}
      {read.error && problemOf(read.error).status !== 401 && <Refusal problem={problemOf(read.error)} />}
    </li>
  );
}
