// Opens the desk of a running demonstration as a person does, and prints what it weighs and how soon it is there,
// beside what was promised. Like a lighthouse: cold cache, one page, the figures of the browser itself.
//
//   node scripts/budget.mjs http://127.0.0.1:8080 [login]
import { chromium } from '@playwright/test';

const [url = 'http://127.0.0.1:8080', login = 'shao'] = process.argv.slice(2);
const RUNS = 3;
const PROMISED = { script: 300, lcp: 1500, shift: 0.1, blocked: 300 };

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

async function measure() {
  const context = await browser.newContext({ baseURL: url, locale: 'zh-CN', viewport: { width: 1440, height: 900 } });
  const answer = await context.request.post('/api/session', { data: { login, password: process.env.XIEZHI_PASSWORD ?? 'dongli-2026' } });
  if (!answer.ok()) throw new Error(`${login} cannot sign in: ${answer.status()}`);
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.seen = { lcp: 0, shift: 0, blocked: 0 };
    new PerformanceObserver((l) => (window.seen.lcp = l.getEntries().at(-1)?.startTime ?? 0)).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((l) => l.getEntries().forEach((e) => (window.seen.shift += e.hadRecentInput ? 0 : e.value))).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((l) => l.getEntries().forEach((e) => (window.seen.blocked += Math.max(0, e.duration - 50)))).observe({ type: 'longtask', buffered: true });
  });
  await page.goto('/');
  await page.getByRole('heading', { name: '待我办理' }).waitFor();
  await page.waitForLoadState('networkidle').catch(() => undefined);
  const figures = await page.evaluate(() => {
    const all = performance.getEntriesByType('resource');
    const weight = (of) => Math.round(of.reduce((n, e) => n + e.encodedBodySize, 0) / 1000);
    const scripts = all.filter((e) => e.name.endsWith('.js'));
    return { ...window.seen, scripts: scripts.length, script: weight(scripts), all: weight(all), requests: all.length };
  });
  await context.close();
  return figures;
}

const runs = [];
for (let n = 0; n < RUNS; n++) runs.push(await measure());
await browser.close();
const middle = (of) => runs.map((r) => r[of]).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
const line = (name, value, limit, unit) =>
  console.log(`desk      ${name} ${value}${unit} of ${limit}${unit} promised${value < limit ? '' : ' — OVER'}`);
line(`script in ${runs[0].scripts} files, compressed,`, middle('script'), PROMISED.script, ' kB');
line('largest contentful paint', Math.round(middle('lcp')), PROMISED.lcp, ' ms');
line('layout shift', Number(middle('shift').toFixed(3)), PROMISED.shift, '');
line('main thread blocked', Math.round(middle('blocked')), PROMISED.blocked, ' ms');
console.log(`desk      ${middle('all')} kB in ${middle('requests')} requests in all; the middle of ${RUNS} cold openings`);
