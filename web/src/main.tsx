import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as Antd, ConfigProvider } from 'antd';
import zh from 'antd/locale/zh_CN';
import { StrictMode, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
// The one of react-router/dom draws at once where a move asks for it (flushSync); the other only later.
import { RouterProvider } from 'react-router/dom';
import { Refused } from './api/problem';
import { session, useSession } from './api/queries';
import { type Prefs, PrefsContext, loadPrefs, savePrefs } from './parts/prefs';
import { narrow, useMatches } from './parts/screen';
import { router } from './routes';
import 'virtual:antd.css';
import './style.css';
import { paint, themeOf } from './theme';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      // A refusal stays one; only what did not arrive is asked again.
      retry: (count, error) => count < 2 && error instanceof Refused && error.problem.status === 0,
    },
  },
});

// Who is here decides what is shown: it is asked while the page is put together.
void client.prefetchQuery(session);

const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content;
/** What floats is drawn beside the page, see index.html. */
const over = () => document.getElementById('over') ?? document.body;
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
/** Paper is white. */
const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
const paper = window.matchMedia('print');

/** Below the header, which takes two rows on a phone. */
const BELOW = { wide: 56, narrow: 104 };

function Themed() {
  const session = useSession();
  const user = session.data?.user.id;
  const [prefs, setPrefs] = useState<Prefs>(() => loadPrefs(user));
  const system = useMatches(systemDark);
  const printed = useMatches(paper);
  const still = useMatches(calm);
  const top = useMatches(narrow) ? BELOW.narrow : BELOW.wide;
  useEffect(() => setPrefs(loadPrefs(user)), [user]);
  const dark = !printed && (prefs.dark === 'dark' || (prefs.dark === 'auto' && system));
  useLayoutEffect(() => paint(dark, prefs.compact), [dark, prefs.compact]);
  const theme = useMemo(() => themeOf(dark, prefs.compact, still), [dark, prefs.compact, still]);
  const set = (p: Prefs) => {
    setPrefs(p);
    savePrefs(user, p);
  };
  return (
    <PrefsContext value={{ prefs, set }}>
      <ConfigProvider locale={zh} theme={theme} csp={nonce ? { nonce } : undefined} button={{ autoInsertSpace: false }} getPopupContainer={over}>
        <Antd message={{ top, maxCount: 1 }}>
          <RouterProvider router={router} />
        </Antd>
      </ConfigProvider>
    </PrefsContext>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Themed />
      </QueryClientProvider>
    </StrictMode>,
  );
}
