/** What the first route weighs and how soon it is there. The limits are those that the product promises. */
import { expect, test } from '@playwright/test';
import { People } from './people';
import { type Server, start } from './server';

const SCRIPT = 300_000;

let server: Server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

test('the desk weighs less than 300 kB of compressed script, and none is fetched twice', async ({ browser }) => {
  const people = new People(browser, server.url);
  const page = await people.page('shao');
  await page.goto('/');
  await expect(page.getByRole('heading', { name: '待我办理' })).toBeVisible();
  const sizes = await page.evaluate(() =>
    performance.getEntriesByType('resource').map((e) => ({ name: e.name, size: 'encodedBodySize' in e ? Number(e.encodedBodySize) : 0 })),
  );
  const scripts = sizes.filter((s) => s.name.endsWith('.js'));
  const total = scripts.reduce((n, s) => n + s.size, 0);
  console.log(`first route: ${scripts.length} scripts, ${Math.round(total / 1000)} kB compressed`);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(SCRIPT);
  const paint = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        new PerformanceObserver((list) => done(list.getEntries().at(-1)?.startTime ?? 0)).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
  console.log(`largest contentful paint of the desk: ${Math.round(paint)} ms`);
  expect(new Set(scripts.map((s) => s.name)).size).toBe(scripts.length);
  expect(people.complaints).toEqual([]);
  await people.close();
});
