/** Who is signed in; appearance; signing out. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Popover, Segmented } from 'antd';
import { api, take } from '../api/client';
import { LinkButton } from '../parts/LinkButton';
import { type Prefs, usePrefs } from '../parts/prefs';
import { useUser } from '../parts/session';
import { frame } from '../text/frame';

export function Account() {
  const client = useQueryClient();
  const user = useUser();
  const { prefs, set } = usePrefs();
  const leave = useMutation({
    mutationFn: () => take(api.DELETE('/api/session')),
    // Nothing of this person stays in the page's memory.
    onSettled: () => window.location.assign('/'),
    onMutate: () => client.cancelQueries(),
  });
  // One's own role, not one that was lent.
  const own = Math.max(0, user.roles.findIndex((r) => !user.lent.some((l) => l.role === r)));
  const panel = (
    <div className="panel">
      <p>
        <b>{user.name}</b>　{user.role_names.join('、')}
        <br />
        <span className="soft">{user.unit_name}</span>
      </p>
      <p className="label">{frame.appearance}</p>
      <Segmented<Prefs['dark']>
        block
        value={prefs.dark}
        onChange={(dark) => set({ ...prefs, dark })}
        options={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: frame.dark[value] }))}
      />
      <Segmented<string>
        block
        value={prefs.compact ? 'compact' : 'normal'}
        onChange={(v) => set({ ...prefs, compact: v === 'compact' })}
        options={(['normal', 'compact'] as const).map((value) => ({ value, label: frame.density[value] }))}
      />
      <LinkButton block to="/account">
        {frame.ownAccount}
      </LinkButton>
      <Button block onClick={() => leave.mutate()} loading={leave.isPending}>
        {frame.signOut}
      </Button>
    </div>
  );
  return (
    <Popover content={panel} trigger="click" placement="bottomRight">
      <button type="button" className="in-header" aria-label={`${frame.account} ${user.name}`}>
        {user.name}
        <span className="wide soft-on">　{user.role_names[own]}</span>
      </button>
    </Popover>
  );
}
