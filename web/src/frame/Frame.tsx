/** One header, one navigation, one work area. */
import { Suspense } from 'react';
import { Outlet } from 'react-router';
import { Loading } from '../parts/States';
import { frame } from '../text/frame';
import { Header } from './Header';
import { Nav } from './Nav';

export function Frame() {
  return (
    <div className="frame">
      <a className="skip" href="#work">
        {frame.skip}
      </a>
      <Header />
      <Nav />
      <main id="work" className="work" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
