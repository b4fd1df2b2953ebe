/** The desk of somebody who has much to do: what is told apart, what is cut off, what comes with a press. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { look } from './look';
import { People } from './people';
import { papers } from './made';
import { type Server, start } from './server';

const CASES = 80;
let server: Server;
let made: ReturnType<typeof papers>;
test.beforeAll(async () => {
  made = papers('drunk-driving');
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

const LONG = '褚买买提·吐尔逊江、欧阳震华等二十一人组织、领导黑社会性质组织、开设赌场、敲诈勒索案';

test('eighty cases on one desk', async ({ browser }) => {
  const people = new People(browser, server.url);
  const shao = await people.api('shao');
  const [register] = made.script.steps;
  const [paper] = register?.files ?? [];
  if (!register || !paper) throw new Error('the story has changed');
  const bytes = readFileSync(join(made.folder, paper.path));
  const uploaded = await shao.post('/api/contents?name=a.pdf', { data: bytes, headers: { 'content-type': 'application/octet-stream' } });
  const { sm3 } = (await uploaded.json()) as { sm3: string };
  const files: string[] = [];
  const clock = (at: string) => shao.put('/api/clock', { data: { at } });
  // The last of the list came in two days before the others.
  const order = [CASES - 1, ...Array.from({ length: CASES - 1 }, (_, n) => n)];
  for (const n of order) {
    expect((await clock(n === CASES - 1 ? '2026-03-05T10:30:00+08:00' : '2026-03-07T10:30:00+08:00')).ok()).toBe(true);
    const name = n === 3 ? LONG : `第${n}号危险驾驶案`;
    const { id_number: _, ...person } = register.person as Record<string, unknown>;
    const answer = await shao.post('/api/files', {
      data: { process: 'GA01', input: { case: { ...register.case, name }, new_subjects: [person], materials: [{ kind: paper.kind, sm3 }] } },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    files[n] = ((await answer.json()) as { file: string }).file;
  }
  // One is not for this unit, and one proposal comes back.
  const act = (n: number, action: string, reason: string) => shao.post(`/api/files/${files[n]}/instances/I1/actions/${action}`, { data: { input: { reason } } });
  const opinion = async (who: string, n: number, data: unknown) => (await people.api(who)).post(`/api/files/${files[n]}/instances/I1/proposals/A1/opinions`, { data });
  expect((await act(0, 'find_outside', '犯罪地、居住地均在邻县。')).ok()).toBe(true);
  expect((await opinion('jing', 0, { agrees: true, text: '同意' })).ok()).toBe(true);
  for (let n = 1; n < 9; n++) {
    expect((await act(n, 'verify_filing', '检测结果有异议。')).ok()).toBe(true);
    expect((await opinion('gan', n, { agrees: false, text: '请写明需要核实的事项、核实的期限以及由谁核实，附现场检测记录后重新呈请。' })).ok()).toBe(true);
  }
  const page = await people.page('shao');
  const waiting = page.getByRole('region', { name: '待我办理' });
  const rows = page.locator('.rows.waiting li');
  await page.goto('/');
  await expect(rows).toHaveCount(12);
  await expect(waiting.getByRole('heading')).toContainText(String(CASES));
  await expect(page.locator('.rows.back li')).toHaveCount(6);
  // However long a title is, its row takes two lines at most.
  const heights = await rows.evaluateAll((all) => all.map((li) => li.getBoundingClientRect().height));
  expect(Math.max(...heights)).toBeLessThanOrEqual(56);
  await look(page, '15-desk-many');

  await test.step('what is urgent stands first, then what came back, then the others by their time', async () => {
    // The hand-over of one of the last came back.
    await page.route('**/api/returned', async (r) => {
      const read = (await (await r.fetch()).json()) as { total: number; items: object[] };
      const row = { file: files[70], title: '第70号危险驾驶案', instance: 'I1', what: '移送审查起诉', text: '材料不全', faults: 1, refused: false, at: '2026-03-07T02:00:00Z' };
      await r.fulfill({ json: { total: read.total + 1, items: [row, ...read.items] } });
    });
    await page.reload();
    await expect(rows.nth(2)).toContainText('退回');
    const names = await rows.locator('.case').allInnerTexts();
    expect(names.slice(0, 4)).toEqual(['第0号危险驾驶案', '第79号危险驾驶案', '第70号危险驾驶案', '第1号危险驾驶案']);
    // What answers it is one click away.
    await expect(page.locator('.rows.back li').first().locator('.go')).toHaveText('立案');
    await page.unroute('**/api/returned');
    await page.reload();
    await expect(page.locator('.rows.back li')).toHaveCount(6);
  });

  await test.step('what becomes overdue is told without a reload, on the desk and by the bell', async () => {
    await expect(rows.first()).toBeVisible();
    expect((await clock('2026-03-10T01:00:00+08:00')).ok()).toBe(true);
    // The clock is asked twice a minute.
    await expect(rows.locator('.due-over')).toHaveCount(2, { timeout: 45_000 });
    await expect(rows.first().locator('.due-over')).toBeVisible();
    await expect(page.getByRole('banner').getByRole('button', { name: /^提醒，未阅 \d+ 条/ })).toBeVisible();
    await look(page, '16-desk-overdue');
  });

  await test.step('what somebody else does is on the desk without a reload', async () => {
    const bell = page.getByRole('region', { name: '退回给我' }).getByRole('heading');
    await expect(bell).toContainText('8');
    expect((await act(9, 'verify_filing', '检测结果有异议。')).ok()).toBe(true);
    expect((await opinion('gan', 9, { agrees: false, refuses: true, text: '事实已经清楚' })).ok()).toBe(true);
    await expect(bell).toContainText('9');
    // What was not agreed to is answered from its row.
    await expect(page.locator('.rows.back li').filter({ hasText: '第9号' }).locator('.go')).toHaveText('重新呈请');
  });

  await waiting.getByRole('button', { name: /^再显示 50 项/ }).click();
  await expect(rows).toHaveCount(62);
  await test.step('the desk is as it was when one comes back', async () => {
    const work = page.locator('#work');
    await rows.last().getByRole('link').first().scrollIntoViewIfNeeded();
    const at = await work.evaluate((w) => w.scrollTop);
    expect(at).toBeGreaterThan(100);
    await rows.last().getByRole('link').first().click();
    await expect(page.locator('.head')).toBeVisible();
    expect(await work.evaluate((w) => w.scrollTop), 'another page begins at its top').toBe(0);
    await page.goBack();
    await expect(rows).toHaveCount(62);
    await expect.poll(() => work.evaluate((w) => w.scrollTop)).toBe(at);
    // By the navigation, too: what is unfolded stays unfolded.
    await rows.first().getByRole('link').first().click();
    await expect(page.locator('.head')).toBeVisible();
    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '工作台' }).click();
    await expect(rows).toHaveCount(62);
  });
  const kinds = waiting.getByRole('group', { name: '按事项' });
  await kinds.getByRole('button', { name: '移送有管辖权的机关 1' }).click();
  await expect(rows).toHaveCount(1);
  await kinds.getByRole('button', { name: `全部 ${CASES}` }).click();
  await expect(rows).toHaveCount(12);
  await page.getByRole('button', { name: '显示其余 3 项' }).click();
  await expect(page.locator('.rows.back li')).toHaveCount(9);

  await test.step('so is the list of cases, whose next page begins at its top', async () => {
    await page.goto('/files');
    const work = page.locator('#work');
    const cases = page.locator('table.cases tbody tr');
    await expect(cases).toHaveCount(50);
    await cases.nth(45).locator('td').nth(1).click();
    await expect(page.locator('.head')).toBeVisible();
    const shown = page.url();
    await page.goBack();
    await expect(cases).toHaveCount(50);
    await expect(cases.nth(45)).toBeInViewport();
    // After a reload of the case, too.
    await page.goto(shown);
    await page.goBack();
    await expect(cases.nth(45)).toBeInViewport();
    await page.getByRole('button', { name: '下一页' }).click();
    await expect(page).toHaveURL(/from=50/);
    await expect.poll(() => work.evaluate((w) => w.scrollTop)).toBe(0);
    await page.goBack();
    await expect(cases).toHaveCount(50);
    await expect(page.getByRole('button', { name: '下一页' })).toBeInViewport();
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});
