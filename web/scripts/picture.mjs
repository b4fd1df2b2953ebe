// Makes the picture of a played story that the READMEs show, from what the program prints.
//
//   cargo run -p xiezhi -- demo play returned --ephemeral | node scripts/picture.mjs ../docs/played-story.png
import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

const [to] = process.argv.slice(2);
// From the hand-over that is returned to the first approval after it; then the end.
const FIRST = /移送审查起诉/;
const MOST = 30;

const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
const begin = Math.max(1, lines.findIndex((l) => FIRST.test(l)) - 1);
const end = lines.findIndex((l) => l.startsWith('核验'));
const shown = ['$ xiezhi demo play returned --ephemeral', lines[0], '', ...lines.slice(begin, begin + MOST), '      …', '', ...lines.slice(end)];
const escape = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const coloured = (s) =>
  s.startsWith('$')
    ? `<span class="soft">${escape(s)}</span>`
    : escape(s)
        .replace(/→/g, '<span class="act">→</span>')
        .replace(/\[\d+\]/g, '<span class="bad">$&</span>')
        .replace(/^全部一致.*/, '<span class="good">$&</span>');
const page = `<!doctype html><meta charset="utf-8"><style>
  body{margin:0;background:#10151c;color:#e6ebf0;font:14px/23px ui-monospace,'DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace}
  pre{margin:0;padding:24px;width:1392px;white-space:pre-wrap;font:inherit;font-family:'Noto Sans Mono CJK SC',monospace}
  .soft{color:#8d9aa6}.act{color:#6cb2ff}.bad{color:#ff8a80}.good{color:#86d993}</style><pre>${shown.map(coloured).join('\n')}</pre>`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const window = await browser.newPage({ viewport: { width: 1440, height: 600 } });
await window.setContent(page);
await window.locator('pre').screenshot({ path: to });
await browser.close();
