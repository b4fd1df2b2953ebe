/** One header, one navigation, one work area. */
import { Suspense, useRef } from 'react';
import { Outlet } from 'react-router';
import { Loading } from '../parts/States';
import { frame } from '../text/frame';
import { Header } from './Header';
import { Nav } from './Nav';
import { usePlace } from './place';

export function Frame() {
  const work = useRef<HTMLElement>(null);
  usePlace(work);
  return (
    <div className="frame">
      <a className="skip" href="#work">
        {frame.skip}
      </a>
      <Header />
      <Nav />
      <main id="work" ref={work} className="work" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
