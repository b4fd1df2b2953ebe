/** Lets nobody in unsigned; when a session ends, asks for a new one over the page, which keeps what was typed. */
import { useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Outlet, useNavigate } from 'react-router';
import { onExpired } from '../api/client';
import { listen } from '../api/live';
import { useSession } from '../api/queries';
import { problemOf } from '../api/problem';
import { SessionContext } from '../parts/session';
import { Failed, Loading } from '../parts/States';
import { frame } from '../text/frame';
import { left, placeLeft } from './returning';
import { SignInForm } from './SignInForm';
import { SignInPage } from './SignInPage';

// Seldom needed, and not for the first page.
const OwnPassword = lazy(() => import('./OwnPassword'));
const OwnCodes = lazy(() => import('./OwnCodes'));

export function Gate() {
  const client = useQueryClient();
  const session = useSession();
  const user = session.data?.user;
  const [over, setOver] = useState(false);
  useEffect(() => onExpired(() => setOver(true)), []);
  const id = user?.id;
  const navigate = useNavigate();
  useEffect(() => {
    if (!id) return;
    left.forget();
    const place = placeLeft();
    if (place) void navigate(place, { replace: true });
  }, [id, navigate]);
  useEffect(() => (id && !over ? listen(client) : undefined), [client, id, over]);

  const begun = () => {
    setOver(false);
    void client.invalidateQueries();
  };
  if (!user) {
    if (session.isPending) return <Loading />;
    if (session.error && problemOf(session.error).status !== 401) {
      return <Failed error={session.error} again={() => void session.refetch()} />;
    }
    return <SignInPage done={begun} />;
  }
  if (user.temporary_password) {
    return (
      <Suspense fallback={<Loading />}>
        <OwnPassword user={user} done={begun} />
      </Suspense>
    );
  }
  if (user.codes_due) {
    return (
      <Suspense fallback={<Loading />}>
        <OwnCodes user={user} />
      </Suspense>
    );
  }
  return (
    <SessionContext value={user}>
      <Outlet />
      <Modal open={over} title={frame.expired} footer={null} closable={false} mask={{ closable: false }} keyboard={false} width={400} destroyOnHidden>
        <p>{frame.expiredLead}</p>
        <SignInForm login={user.login} done={begun} />
      </Modal>
    </SessionContext>
  );
}
