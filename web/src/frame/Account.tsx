/** Who is signed in; appearance; signing out. */
import { Popover, Segmented } from 'antd';
import { LinkButton } from '../parts/LinkButton';
import { type Prefs, usePrefs } from '../parts/prefs';
import { useUser } from '../parts/session';
import { frame } from '../text/frame';
import { SignOut } from './SignOut';

export function Account() {
  const user = useUser();
  const { prefs, set } = usePrefs();
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
      <SignOut />
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
