/** Every address of the workbench. A page is a folder under `pages` and is fetched when it is first opened. */
import { createBrowserRouter } from 'react-router';
import { Frame } from './frame/Frame';
import { Gate } from './frame/Gate';
import { Broken } from './frame/Broken';

export const router = createBrowserRouter([
  {
    element: <Gate />,
    errorElement: <Broken />,
    hydrateFallbackElement: <div />,
    children: [
      {
        element: <Frame />,
        children: [
          { index: true, lazy: () => import('./pages/desk') },
          { path: 'inbox', lazy: () => import('./pages/inbox') },
          { path: 'files', lazy: () => import('./pages/files') },
          { path: 'deadlines', lazy: () => import('./pages/deadlines') },
          { path: 'library', lazy: () => import('./pages/library') },
          { path: 'library/articles', lazy: () => import('./pages/library/statutes') },
          { path: 'library/articles/:article', lazy: () => import('./pages/library/article') },
          { path: 'library/:process', lazy: () => import('./pages/library/process') },
          { path: 'admin', lazy: () => import('./pages/admin') },
          { path: 'account', lazy: () => import('./pages/account') },
          { path: 'start/:process', lazy: () => import('./pages/start') },
          {
            path: 'files/:file',
            lazy: () => import('./pages/file'),
            children: [
              { path: 'do/:instance/:action', lazy: () => import('./pages/act') },
              { path: 'start/:process', lazy: () => import('./pages/act/open') },
            ],
          },
          { path: 'files/:file/approve/:instance/:proposal', lazy: () => import('./pages/approve') },
          { path: '*', lazy: () => import('./frame/NotThere') },
        ],
      },
      // The whole screen.
      { path: 'files/:file/read/:material?/:page?', lazy: () => import('./pages/reader') },
      { path: 'files/print', lazy: () => import('./pages/printed') },
      { path: 'files/:file/receipt/:message', lazy: () => import('./pages/receipt') },
    ],
  },
]);
