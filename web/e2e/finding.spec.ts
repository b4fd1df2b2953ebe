/** Finding a case from the header while one types, and what is printed: the list, and a case. */
import { type Page, expect, test } from '@playwright/test';
import { look, shot } from './look';
import { People } from './people';
import { type Server, startPlayed } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startPlayed();
});
test.afterAll(async () => {
  await server.stop();
});

const CASE = '祁远程危险驾驶案';

test('a case is found while one types', async ({ browser }) => {
  const people = new People(browser, server.url);
  const page = await people.page('dept');
  const field = page.getByRole('combobox', { name: '查找案件、人员、案号' });
  const list = page.getByRole('listbox', { name: '找到的案件' });

  await test.step('by keyboard', async () => {
    await field.fill('祁远');
    await expect(list.getByRole('option').first()).toContainText(CASE);
    await look(page, '20-suggestions');
    await page.keyboard.press('ArrowDown');
    await expect(list.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Escape');
    await expect(list).toBeHidden();
    await expect(field).toHaveValue('祁远');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: CASE })).toBeVisible();
  });
  await test.step('by hand', async () => {
    await page.goto('/');
    await field.fill('祁远程');
    await list.getByRole('option').first().click();
    await expect(page.getByRole('heading', { name: CASE })).toBeVisible();
    await expect(list).toBeHidden();
  });
  await test.step('what was typed meanwhile counts, whatever comes first', async () => {
    await page.goto('/');
    // The first answer is held back until the second has come.
    let release = () => {};
    const held = new Promise<void>((go) => {
      release = go;
    });
    await page.route(/text=%E7%A5%81&/, async (route) => {
      await held;
      await route.continue().catch(() => {});
    });
    await field.pressSequentially('祁');
    await page.waitForRequest(/text=%E7%A5%81&/);
    await field.pressSequentially('无此人');
    await expect(list).toContainText('没有找到');
    release();
    await expect(list).toContainText('没有找到');
    await page.unroute(/text=%E7%A5%81&/);
  });
  await test.step('without a choice, the list is asked', async () => {
    await field.fill('祁远程');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/files\?text=/);
    await expect(list).toBeHidden();
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});

/** How many pages a PDF of the browser has. */
const pagesOf = (pdf: Buffer) => (pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;

/** Left, bottom, right, top of the first page. */
const boxOf = (pdf: Buffer) => /MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString('latin1'))?.slice(1).map(Number) ?? [];

async function paper(page: Page, name: string): Promise<Buffer> {
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeHidden();
  const pdf = await page.pdf({ preferCSSPageSize: true, path: `e2e/shots/${name}.pdf` });
  await shot(page, name);
  await page.emulateMedia({ media: 'screen' });
  return pdf;
}

test('the list and a case are printed as an office files them', async ({ browser }) => {
  const people = new People(browser, server.url);
  const page = await people.page('dept');

  await test.step('the list has a sheet of its own, across', async () => {
    await page.goto('/files?text=%E7%A5%81');
    await page.getByRole('link', { name: '打印' }).or(page.getByRole('button', { name: '打印' })).click();
    await expect(page).toHaveURL(/\/files\/print\?text=/);
    await expect(page.locator('.a4 tbody tr').filter({ hasText: CASE })).toBeVisible();
    await expect(page.locator('.a4 .lead')).toContainText('查找“祁”');
    await look(page, '21-printed-list');
    // In the dark, paper is white all the same.
    await page.emulateMedia({ colorScheme: 'dark' });
    const [width = 0, height = 0] = boxOf(await paper(page, '22-list-print'));
    expect(width).toBeGreaterThan(height);
    await page.emulateMedia({ colorScheme: 'light' });
  });
  await test.step('the page of the list, too', async () => {
    await page.goto('/files');
    await expect(page.locator('table.cases tbody tr').first()).toBeVisible();
    await paper(page, '23-files-print');
  });
  await test.step('the way of a case, on as many pages as it takes', async () => {
    const file = (await people.get<{ items: { id: string; title: string }[] }>('dept', '/api/files')).items.find((i) => i.title === CASE)?.id;
    await page.goto(`/files/${file}?tab=flow`);
    await expect(page.locator('.flow li').first()).toBeVisible();
    const pdf = await paper(page, '24-case-print');
    const [width = 0, height = 0] = boxOf(pdf);
    expect(height).toBeGreaterThan(width);
    // The work area scrolls on the screen; on paper nothing of it is cut off.
    expect(pagesOf(pdf)).toBeGreaterThan(1);
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});
