import { Input } from 'antd';
import { useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { useUser } from '../parts/session';
import { common } from '../text/common';
import { frame } from '../text/frame';
import { Account } from './Account';
import { Clock } from './Clock';
import { Notices } from './Notices';

export function Header() {
  const user = useUser();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  // The field says what the list was asked for.
  const asked = pathname === '/files' ? (new URLSearchParams(search).get('text') ?? '') : '';
  const [text, setText] = useState(asked);
  const [known, setKnown] = useState(asked);
  if (known !== asked) {
    setKnown(asked);
    setText(asked);
  }
  return (
    <header className="header">
      <Link to="/" className="mark" aria-label={`${common.product} ${frame.desk}`}>
        {common.product}
      </Link>
      <span className="unit" title={user.unit_name}>
        {user.unit_name}
      </span>
      <Input.Search
        className="find"
        placeholder={frame.search}
        aria-label={frame.search}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onSearch={(t) => void navigate(`/files?text=${encodeURIComponent(t.trim())}`)}
        allowClear
      />
      <Clock />
      <Notices />
      <Account />
    </header>
  );
}
