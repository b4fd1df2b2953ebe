/** The desk and the case list: two stories are played over the interface, then looked at through the pages. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { look, shot } from './look';
import { People } from './people';
import { type Server, start } from './server';

const root = resolve(import.meta.dirname, '../..');
const program = process.env.XIEZHI ?? join(root, 'target/debug/xiezhi');

let server: Server;
test.beforeAll(async () => {
  server = await start();
  for (const story of ['drunk-driving', 'returned']) {
    execFileSync(program, ['demo', 'play', story, '--server', server.url, '--pages', '20', '--json'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  }
});
test.afterAll(async () => {
  await server.stop();
});

const rows = (page: Page) => page.locator('table.cases tbody tr');

/** Closes what floats. */
const close = (page: Page) => page.getByRole('heading', { name: '案件', exact: true }).click();

/** A condition on a card field, made as a person makes it. */
async function addField(page: Page, field: string, fill: () => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: '+ 加条件' }).click();
  await page.getByLabel('案卡项').fill(field);
  await page.keyboard.press('Enter');
  await fill();
  await page.getByRole('button', { name: '按此筛选' }).click();
}

test('the list is filtered, sorted, arranged, saved and exported', async ({ browser }) => {
  const people = new People(browser, server.url);
  const page = await people.page('dept');
  await page.goto('/files');
  await expect(rows(page).first()).toBeVisible();
  const all = await rows(page).count();
  expect(all).toBeGreaterThan(1);
  await look(page, '60-list');

  await test.step('a search over names and numbers, from the header', async () => {
    await page.getByLabel('查找案件、人员、案号').fill('柏青禾');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/text=/);
    await expect(rows(page)).toHaveCount(1);
    const row = await people.get<{ items: { id: string; title: string }[] }>('dept', '/api/files?text=%E6%9F%8F%E9%9D%92%E7%A6%BE');
    const number = (await people.get<{ situation: { case: Record<string, string> } }>('dept', `/api/files/${row.items[0]?.id}`)).situation.case.procuratorate_no;
    expect(number).toBeTruthy();
    await page.getByLabel('查找案件、人员、案号').fill(number?.slice(-8) ?? '');
    await page.keyboard.press('Enter');
    await expect(rows(page).filter({ hasText: '柏青禾' })).toHaveCount(1);
    await page.getByRole('button', { name: '清除全部条件' }).click();
    await expect(rows(page)).toHaveCount(all);
  });

  await test.step('any card field, and all of it in the address', async () => {
    await addField(page, '简要案情', async () => {
      await page.locator('.ant-popover').getByRole('textbox').last().fill('没有这样的案情');
    });
    await expect(page.getByText('没有符合条件的案件')).toBeVisible();
    await look(page, '61-list-empty');
    await page.getByRole('button', { name: /去掉条件/ }).click();
    await addField(page, '案由', async () => {
      await page.locator('.ant-popover .field').getByRole('combobox').fill('危险驾驶');
      await page.keyboard.press('Enter');
    });
    await expect(page.locator('.chip')).toContainText('危险驾驶罪');
    await shot(page, '62-list-filtered');
    const found = await rows(page).count();
    const address = page.url();
    await page.goto('/');
    await page.goto(address);
    await expect(page.locator('.chip')).toContainText('危险驾驶罪');
    await expect(rows(page)).toHaveCount(found);
    await page.getByRole('button', { name: '清除全部条件' }).click();
  });

  await test.step('columns, order, width', async () => {
    await page.getByRole('button', { name: '列', exact: true }).click();
    await page.getByLabel('查找案卡项').fill('检察受案号');
    await page.getByRole('checkbox', { name: /检察受案号/ }).check();
    await shot(page, '63-list-columns');
    await close(page);
    const head = page.getByRole('columnheader', { name: /检察受案号/ });
    await expect(head).toBeVisible();
    await head.getByRole('button').click();
    await expect(head).toHaveAttribute('aria-sort', 'ascending');
    const before = (await head.boundingBox())?.width ?? 0;
    await head.getByRole('separator').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => (await head.boundingBox())?.width ?? 0).toBeGreaterThan(before);
    await page.reload();
    await expect(head).toHaveAttribute('aria-sort', 'ascending');
  });

  await test.step('a saved view is there for its person, and for nobody else until it is shared', async () => {
    await page.getByRole('button', { name: '常用筛选' }).click();
    await page.getByLabel('名称', { exact: true }).fill('按受案号');
    await page.getByRole('button', { name: '保存当前筛选' }).click();
    await expect(page.getByRole('link', { name: '按受案号' })).toBeVisible();
    await shot(page, '64-list-views');
    await close(page);
    const other = await people.page('chief');
    await other.goto('/files');
    await other.getByRole('button', { name: '常用筛选' }).click();
    await expect(other.getByText('还没有常用筛选')).toBeVisible();
    await page.getByRole('button', { name: '常用筛选' }).click();
    await page.getByRole('button', { name: '供本单位使用', exact: true }).click();
    await expect(page.getByRole('button', { name: '不再供本单位使用' })).toBeVisible();
    await other.reload();
    await other.getByRole('button', { name: '常用筛选' }).click();
    await other.getByRole('link', { name: '按受案号' }).click();
    await expect(other.getByRole('columnheader', { name: /检察受案号/ })).toBeVisible();
    await close(page);
  });

  await test.step('an export is asked for, made, fetched and removed', async () => {
    await page.getByRole('button', { name: '导出', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: '导出' }).click();
    await expect(page.getByText('已生成')).toBeVisible();
    await shot(page, '65-list-export');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^案件清单-.*\.xlsx$/);
    expect(readFileSync(await download.path()).subarray(0, 2).toString()).toBe('PK');
    const list = page.getByRole('list', { name: '导出' });
    await page.route('**/api/exports/*', (r) => (r.request().method() === 'DELETE' ? r.abort() : r.fallback()));
    await list.getByRole('button', { name: '删除' }).click();
    await expect(list.getByRole('alert')).toContainText('导出的文件没有删除');
    await page.unroute('**/api/exports/*');
    // One that is still being made is given up.
    await page.route('**/api/exports', async (r) => {
      const all = (await (await r.fetch()).json()) as object[];
      await r.fulfill({ json: all.map((e) => ({ ...e, state: 'making', done: 0 })) });
    });
    await page.reload();
    await expect(list).toContainText('正在导出');
    await list.getByRole('button', { name: '取消导出' }).click();
    await expect(list).toBeHidden();
    await page.unroute('**/api/exports');
  });

  await test.step('a row opens, a middle click opens beside', async () => {
    await page.goto('/files');
    const cell = rows(page).first().locator('td').nth(1);
    const [beside] = await Promise.all([page.context().waitForEvent('page'), cell.click({ button: 'middle' })]);
    await expect(beside).toHaveURL(/\/files\/[0-9a-f-]+/);
    await beside.close();
    await cell.click();
    await expect(page).toHaveURL(/\/files\/[0-9a-f-]+/);
    await page.goBack();
    await expect(rows(page).first()).toBeVisible();
  });

  await test.step('the units stand as a tree, the units below are meant too; a handler of another unit has a name', async () => {
    await page.goto('/files');
    await page.getByLabel('单位', { exact: true }).click();
    await page.getByLabel('单位', { exact: true }).fill('东篱县人民检察院');
    await page.locator('.ant-select-tree-title').getByText('云岭省青梧市东篱县人民检察院', { exact: true }).click();
    await expect(page).toHaveURL(/unit=JC-/);
    await expect(rows(page).first()).toBeVisible();
    const { user } = await people.get<{ user: { id: string; name: string } }>('mu', '/api/session');
    const { user: other } = await people.get<{ user: { id: string; name: string } }>('cen', '/api/session');
    const found = [user, other].map(async (u) => ((await people.get<{ total: number }>('dept', `/api/files?handler=${u.id}`)).total > 0 ? u : undefined));
    const his = (await Promise.all(found)).find((u) => u);
    // The people of one's own unit are not read: whoever it is, the list knows the name.
    await page.route('**/api/units/*/users', (r) => r.fulfill({ json: [] }));
    await page.goto(`/files?handler=${his?.id}`);
    await expect(page.locator('.filters')).toContainText(his?.name ?? 'nobody');
    await page.unroute('**/api/units/*/users');
  });

  await test.step('days of the case from one to another, and what stands in a table', async () => {
    await page.goto('/files');
    await page.getByRole('button', { name: '+ 加条件' }).click();
    await page.getByLabel('案卡项').fill('期限届满日');
    await page.keyboard.press('Enter');
    const use = page.getByRole('button', { name: '按此筛选' });
    await expect(use).toHaveAttribute('title', '请先填写条件');
    await page.locator('.ant-popover').getByLabel('起', { exact: true }).fill('2020-01-01');
    await page.keyboard.press('Tab');
    await page.locator('.ant-popover').getByLabel('止', { exact: true }).fill('2020-12-31');
    await page.keyboard.press('Tab');
    await use.click();
    await expect(page.locator('.chip')).toContainText('期限 2020-01-01 至 2020-12-31 届满');
    await expect(page.getByText('没有符合条件的案件')).toBeVisible();
    await page.getByRole('button', { name: '清除全部条件' }).click();
    await addField(page, '涉案财物', async () => {
      await page.locator('.ant-popover').getByRole('textbox').last().fill('没有这样的财物');
    });
    await expect(page.locator('.chip')).toContainText('涉案财物含有“没有这样的财物”');
    await expect(page.getByText('没有符合条件的案件')).toBeVisible();
  });

  await test.step('a printed list says what was asked for in words', async () => {
    const where = encodeURIComponent(JSON.stringify({ 'case.offence': { is: ['55'] } }));
    await page.goto(`/files/print?clock=restraint&unit=GA-970100&where=${where}`);
    const lead = page.locator('.a4 .lead');
    await expect(page.locator('.a4')).toContainText('没有符合条件的案件');
    await expect(lead).toContainText('单位 云岭省青梧市公安局（含下级单位）');
    await expect(lead).toContainText('限制期限（取保候审、社区矫正等）');
    await expect(lead).toContainText('案由（主罪名）：危险驾驶罪');
    await page.goto(`/files/print?due_from=2020-01-01&where=${where}`);
    await expect(lead).toContainText('期限 2020-01-01 至 … 届满');
  });
  expect(people.complaints, 'what the browser complained about').toEqual([]);
  await people.close();
});

test('the desk says what burns, links every number to its list, and follows what changes', async ({ browser }) => {
  const people = new People(browser, server.url);
  const head = await people.page('dept');
  await head.goto('/');
  await expect(head.getByRole('heading', { name: /本单位情况/ })).toBeVisible();
  await look(head, '66-desk-head');
  const open = head.locator('.figures a').filter({ hasText: '在办' });
  const count = Number(await open.locator('b').innerText());
  await open.click();
  await expect(head).toHaveURL(/open=true/);
  if (count > 0) await expect(rows(head)).toHaveCount(Math.min(count, 50));
  await head.goto('/');

  await test.step('the month on the keyboard', async () => {
    const today = head.locator('.day[tabindex="0"]');
    await today.focus();
    const label = await today.getAttribute('aria-label');
    await head.keyboard.press('ArrowRight');
    await expect(head.locator('.day[tabindex="0"]')).toBeFocused();
    expect(await head.locator('.day[tabindex="0"]').getAttribute('aria-label')).not.toBe(label);
    await head.keyboard.press('PageDown');
    await head.keyboard.press('Enter');
    await expect(head).toHaveURL(/deadlines\?day=/);
    await expect(head.getByRole('heading', { name: /届满/ })).toBeVisible();
    await expect(head.locator('table, .empty')).toBeVisible();
    await look(head, '67-deadlines-day');
  });

  const officer = await people.page('shao');
  await officer.goto('/');
  await expect(officer.getByRole('heading', { name: '待我办理' })).toBeVisible();
  await expect(officer.getByRole('heading', { name: /各环节案件/ })).toBeVisible();
  await expect(officer.getByRole('heading', { name: /本单位情况/ })).toHaveCount(0);
  await look(officer, '68-desk-officer');

  await test.step('what changes is there without a reload', async () => {
    const chief = await people.page('jing');
    await chief.goto('/files');
    const count = async () => Number(/\d+/.exec(await chief.locator('.bar [role=status]').innerText())?.[0] ?? 0);
    await expect.poll(count).toBeGreaterThan(0);
    const before = await count();
    execFileSync(program, ['demo', 'play', 'drunk-driving', '--server', server.url, '--pages', '20', '--json'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    await expect.poll(count).toBeGreaterThan(before);
    await chief.goto('/');
    await expect(chief.getByRole('heading', { name: /本单位情况/ })).toBeVisible();
    await look(chief, '69-desk-chief');
  });
  expect(people.complaints, 'what the browser complained about').toEqual([]);
  await people.close();
});
