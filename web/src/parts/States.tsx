/** What a page shows while it has nothing to show: loading, empty, failed. */
import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useLocation } from 'react-router';
import { problemOf } from '../api/problem';
import { common } from '../text/common';
import { LinkButton } from './LinkButton';
import { Refusal } from './Refusal';

export function Loading({ rows = 4 }: { rows?: number }) {
  return (
    <div role="status" aria-label={common.loading} className="pad">
      <Skeleton active={false} title={false} paragraph={{ rows }} />
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

/** What is not open to a person does not open by being read again: who can grant it, and the way back. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const problem = problemOf(error);
  const [, files, file, part] = useLocation().pathname.split('/');
  const ofCase = files === 'files' && file;
  const closed = problem.status === 403 || problem.status === 404;
  return (
    <div className="pad">
      <Refusal problem={problem} />
      {closed && ofCase && <p className="soft pad-b">{common.whoGrants}</p>}
      {closed ? (
        <LinkButton to="/">{common.toDesk}</LinkButton>
      ) : (
        <div className="row">
          {again && <Button onClick={again}>{common.retry}</Button>}
          {ofCase && part && <LinkButton to={`/files/${file}`}>{common.toCase}</LinkButton>}
        </div>
      )}
    </div>
  );
}

interface Reading<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** The children with what was read; until then, or instead, the state of the reading. */
export function Read<T>({ of, children, rows }: { of: Reading<T>; children: (data: T) => ReactNode; rows?: number }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) return <Failed error={of.error} again={() => void of.refetch()} />;
  return <Loading rows={rows} />;
}
