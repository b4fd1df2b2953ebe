/** The left navigation: at most seven entries; what one may begin without a case stands below. */
import { useEffect } from 'react';
import { NavLink, useLocation } from 'react-router';
import { useLibrary } from '../api/queries';
import { begins, receives, sends } from '../parts/duties';
import { useUser } from '../parts/session';
import { frame } from '../text/frame';

/** How somebody left a page: it is come back to as it was. */
const left = new Map<string, string>();

export function Nav() {
  const user = useUser();
  const { pathname, search } = useLocation();
  const of = (page: string) => `${user.id} ${page}`;
  useEffect(() => {
    left.set(`${user.id} ${pathname}`, search);
  }, [user.id, pathname, search]);
  const library = useLibrary().data;
  const own = (library?.processes ?? []).filter((p) => begins(p, user));
  const entries = [
    { to: '/', name: frame.desk, shown: true },
    { to: '/inbox', name: frame.inbox, shown: receives(library, user) || sends(library, user) },
    { to: '/files', name: frame.files, shown: true },
    { to: '/deadlines', name: frame.deadlines, shown: true },
    { to: '/library', name: frame.library, shown: true },
    { to: '/admin', name: frame.admin, shown: user.administers },
  ];
  return (
    <nav className="nav" aria-label={frame.navigation}>
      {entries
        .filter((e) => e.shown)
        .map((e) => (
          // Pressed on its own page, an entry begins it anew.
          <NavLink key={e.to} to={pathname === e.to ? e.to : `${e.to}${left.get(of(e.to)) ?? ''}`} end={e.to === '/'}>
            {e.name}
          </NavLink>
        ))}
      {own.map((p) => (
        <NavLink key={p.id} to={`/start/${p.id}`} className="begin">
          + {(p.opened_by && p.actions[p.opened_by]?.name) ?? p.name}
        </NavLink>
      ))}
    </nav>
  );
}
