/** Deadlines on their axis: a period that was suspended, is resumed and extended, in words and as it is drawn. */
import { expect, test } from '@playwright/test';
import { look } from './look';
import { People } from './people';
import { type Server, playUntil, start } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await start();
  playUntil(server.url, 'returned', 'XQ01.interrogate');
});
test.afterAll(async () => {
  await server.stop();
});

interface Shown {
  situation: {
    subjects: Record<string, unknown>;
    materials: { sm3: string; media: string }[];
    instances: { id: string; process: string }[];
  };
}

test('a period that stands still, goes on, and is made longer', async ({ browser }) => {
  const people = new People(browser, server.url);
  let login = '';
  let file = '';
  for (const who of ['cen', 'mu']) {
    const { items } = await people.get<{ items: { id: string }[] }>(who, '/api/files');
    if (items[0]) [login, file] = [who, items[0].id];
  }
  const api = await people.api(login);
  const { situation } = await people.get<Shown>(login, `/api/files/${file}`);
  const review = situation.instances.filter((i) => i.process === 'XQ01').at(-1);
  const at = (moment: string) => api.put('/api/clock', { data: { at: moment } });
  const act = async (action: string, input: Record<string, unknown>) => {
    const answer = await api.post(`/api/files/${file}/instances/${review?.id}/actions/${action}`, { data: { input } });
    expect(answer.ok(), await answer.text()).toBe(true);
  };
  const page = await people.page(login);
  const span = page.locator('.axis .span').filter({ hasText: '审查起诉期限' }).first();
  const open = async () => {
    await page.goto(`/files/${file}?tab=deadlines`);
    await expect(span).toBeVisible();
  };

  const listed = async () => {
    const all = await people.get<{ items: { file: string; name: string }[] }>(login, '/api/deadlines');
    return all.items.filter((d) => d.file === file && d.name === '审查起诉期限').length;
  };
  expect(await listed()).toBe(1);

  await test.step('it stands still while the person is examined', async () => {
    await at('2026-04-20T09:00:00+08:00');
    await act('send_examination', { reason: '犯罪嫌疑人有精神病史，行为时刑事责任能力有疑问。' });
    await at('2026-04-24T09:00:00+08:00');
    await open();
    await expect(span.locator('svg .pause')).toHaveCount(1);
    expect(await listed(), 'what stands still is due on no day').toBe(0);
    await expect(span).toContainText('2026-04-20');
    await look(page, '90-axis-suspended');
  });

  await test.step('it goes on, later by the days that do not count', async () => {
    await at('2026-05-06T09:00:00+08:00');
    const paper = situation.materials.find((m) => m.media === 'application/pdf');
    await act('end_examination', { materials: [{ kind: 'EEXAMINATION', sm3: paper?.sm3, about: Object.keys(situation.subjects) }] });
    await open();
    await expect(span.locator('svg .after')).toHaveCount(1);
    expect(await listed()).toBe(1);
    await expect(span).toContainText('2026-05-06');
  });

  await test.step('it is extended, and the stripes say so', async () => {
    // The province leaves this to the prosecutor.
    await act('extend', { case: { major: true }, reason: '案情重大、复杂，需要继续核实。' });
    await open();
    await expect(span.locator('svg .extension')).toHaveCount(1);
    await expect(span.locator('svg[role=img]')).toHaveAttribute('aria-label', /延长.*不计入|不计入.*延长/);
    await look(page, '91-axis-extended');
    await page.emulateMedia({ colorScheme: 'dark' });
    await look(page, '92-axis-dark');
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});
