/** The left navigation: at most seven entries; what one may begin without a case stands below. */
import { NavLink } from 'react-router';
import { useLibrary } from '../api/queries';
import { useUser } from '../parts/session';
import { frame } from '../text/frame';

const ENTRIES = [
  { to: '/', name: frame.desk, end: true },
  { to: '/files', name: frame.files, end: false },
  { to: '/deadlines', name: frame.deadlines, end: false },
  { to: '/library', name: frame.library, end: false },
];

export function Nav() {
  const user = useUser();
  const library = useLibrary();
  const begins = (library.data?.processes ?? []).filter(
    (p) => p.opened_by && p.begins_case && p.agency.includes(user.agency) && p.open_to.some((r) => user.roles.includes(r)),
  );
  return (
    <nav className="nav" aria-label={frame.navigation}>
      {ENTRIES.map((e) => (
        <NavLink key={e.to} to={e.to} end={e.end}>
          {e.name}
        </NavLink>
      ))}
      {begins.map((p) => (
        <NavLink key={p.id} to={`/start/${p.id}`} className="begin">
          + {(p.opened_by && p.actions[p.opened_by]?.name) ?? p.name}
        </NavLink>
      ))}
    </nav>
  );
}
