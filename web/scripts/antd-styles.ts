// The style sheet of the component library, written when the pages are built: a browser that is told it need not
// reckon it each time a page is opened. Colours and sizes stay variables, which the theme sets at run time.
import { extractStyle } from '@ant-design/static-style-extract';
import { ConfigProvider } from 'antd';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReactNode, createElement } from 'react';
import type { Plugin } from 'vite';

const NAME = 'virtual:antd.css';

/** What the components used draw by others: messages of the app, the arrow of what floats, the list of a choice. */
const WITHIN = ['message', 'Tooltip', 'Empty', 'Spin', 'Space', 'Tag', 'Tree'];

/** Names that the sources import from the library: its components among them. */
function imported(folder: string): string[] {
  const names = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!/\.tsx?$/.test(entry.name)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const [, list] of text.matchAll(/import \{([^}]*)\} from 'antd'/g)) {
      for (const name of list?.split(',') ?? []) names.add(name.trim().replace(/ as .*/, ''));
    }
  }
  return [...names].filter((name) => /^[A-Z]/.test(name));
}

/** Variables, which the theme writes by itself, and what the library notes for a server. */
const AT_RUN_TIME = /[^{}]*(?:\.css-var-|\.data-ant-cssinjs-cache-path)[^{}]*\{[^{}]*\}/g;

function styles(folder: string): string {
  const plain = (node: ReactNode) => createElement(ConfigProvider, { theme: { hashed: false } }, node);
  return extractStyle({ includes: [...imported(folder), ...WITHIN], customTheme: plain }).replaceAll(AT_RUN_TIME, '');
}

/** What the pages import as `virtual:antd.css`, for the sources in a folder. */
export function antdStyles(folder: string): Plugin {
  return {
    name: 'antd-styles',
    resolveId: (id) => (id === NAME ? id : undefined),
    load: (id) => (id === NAME ? styles(folder) : undefined),
  };
}
