import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { api, take } from '../api/client';
import { frame } from '../text/frame';
import { left } from './returning';

export function SignOut() {
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: () => take(api.DELETE('/api/session')),
    // Nothing of this person stays in the page's memory.
    onSettled: () => {
      left.note();
      window.location.assign('/');
    },
    onMutate: () => client.cancelQueries(),
  });
  return (
    <Button block onClick={() => leave.mutate()} loading={leave.isPending}>
      {frame.signOut}
    </Button>
  );
}
