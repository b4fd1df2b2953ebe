import { Link } from 'react-router';
import { useUser } from '../parts/session';
import { common } from '../text/common';
import { frame } from '../text/frame';
import { Account } from './Account';
import { Clock } from './Clock';
import { Finder } from './Finder';
import { Notices } from './Notices';

export function Header() {
  const user = useUser();
  return (
    <header className="header">
      <Link to="/" className="mark" aria-label={`${common.product} ${frame.desk}`}>
        {common.product}
      </Link>
      <span className="unit" title={user.unit_name}>
        {user.unit_name}
      </span>
      <Finder />
      <Clock />
      <Notices />
      <Account />
    </header>
  );
}
