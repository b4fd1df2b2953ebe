/** Forms that lose nothing: a failed save, an ended session, a closed tab; uploads that can be stopped; everything by keyboard. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Locator, type Page, expect, test } from '@playwright/test';
import { look, shot } from './look';
import { People } from './people';
import { PASSWORD, type Server, playUntil, start } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

/** Presses Tab until this is focused, as a person does who has no mouse. */
async function tabTo(page: Page, to: Locator, most = 120): Promise<void> {
  await expect(to).toBeVisible();
  for (let n = 0; n < most; n++) {
    if (await to.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${String(to)}`);
}

test('nothing typed is lost, and an upload can be stopped', async ({ browser }) => {
  const people = new People(browser, server.url);
  const page = await people.page('shao');
  await page.goto('/start/GA01');
  const place = page.locator('[data-at="case.place"] textarea');
  const name = page.locator('[data-at="case.name"] input');
  const person = page.locator('[data-at="fresh.0.name"] input');
  await name.fill('沈砚危险驾驶案');
  await place.fill('东篱县文渊路');
  await person.fill('沈砚');
  const kept = async (p: Page) => {
    await expect(p.locator('[data-at="case.name"] input')).toHaveValue('沈砚危险驾驶案');
    await expect(p.locator('[data-at="case.place"] textarea')).toHaveValue('东篱县文渊路');
    await expect(p.locator('[data-at="fresh.0.name"] input')).toHaveValue('沈砚');
  };
  const submit = page.getByRole('button', { name: '受案登记' });

  await test.step('on what a field is asked for stands beside it, out of the way of who types', async () => {
    const field = page.locator('[data-at="case.accepted_at"]');
    const why = field.getByRole('button', { name: '受案时间依据' });
    await field.locator('input').focus();
    await page.keyboard.press('Shift+Tab');
    await expect(why).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(field.getByRole('link', { name: /第一百六十九条/ })).toHaveAttribute('href', /library\/articles/);
    await shot(page, '50-basis-of-a-field');
    await page.keyboard.press('Enter');
    await expect(field.getByRole('link')).toHaveCount(0);
    // Down the form the tab key goes from field to field.
    await page.locator('[data-at="case.name"] input').focus();
    for (let n = 0; n < 4; n++) {
      await page.keyboard.press('Tab');
      await expect(page.locator(':focus')).not.toHaveClass(/why/);
    }
  });

  await test.step('a save that does not arrive', async () => {
    await page.route('**/api/files', (r) => r.abort());
    await submit.click();
    await expect(page.locator('.refusal')).toContainText('连接不上服务器');
    await kept(page);
    await shot(page, '51-not-arrived');
    await page.unroute('**/api/files');
  });

  await test.step('a session that ended while the form was full', async () => {
    await page.context().clearCookies();
    await submit.click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('填写的内容没有丢失');
    await dialog.getByLabel('密码').fill(PASSWORD);
    await dialog.getByRole('button', { name: '登录' }).click();
    await expect(dialog).toBeHidden();
    await kept(page);
  });

  await test.step('a closed tab', async () => {
    const context = page.context();
    const other = await context.newPage();
    await page.close();
    await other.goto('/start/GA01');
    await expect(other.getByText('已恢复您上次没有提交的内容')).toBeVisible();
    await kept(other);
    await look(other, '52-restored');
    const folder = mkdtempSync(join(tmpdir(), 'xiezhi-upload-'));
    const path = join(folder, '受案登记表.pdf');
    writeFileSync(path, Buffer.alloc(3_000_000, 32));
    const row = other.locator('.paper').first();

    await test.step('an upload is stopped, and nothing of it stays', async () => {
      // Held on its way, as on a slow line.
      await other.route('**/api/contents?*', () => {});
      await row.locator('input[type=file]').setInputFiles(path);
      await expect(row.getByRole('button', { name: '取消上传' })).toBeVisible();
      await expect(row.getByRole('progressbar')).toBeVisible();
      await row.scrollIntoViewIfNeeded();
      await shot(other, '53-uploading');
      await row.getByRole('button', { name: '取消上传' }).click();
      await expect(row).toContainText('还没有选择文件');
      await expect(row.locator('.refusal')).toHaveCount(0);
      await other.unroute('**/api/contents?*');
    });
    await test.step('an upload that failed can be tried again', async () => {
      await other.route('**/api/contents?*', (r) => r.abort());
      await row.locator('input[type=file]').setInputFiles(path);
      await expect(row.locator('.refusal')).toContainText('连接不上服务器');
      await other.unroute('**/api/contents?*');
      await row.getByRole('button', { name: '重新上传' }).click();
      // The bytes are no document: the refusal stands at the file.
      await expect(row.locator('.refusal')).not.toContainText('连接不上服务器');
      await kept(other);
    });
    rmSync(folder, { recursive: true, force: true });
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});

test('an empty form is refused, with the basis', async ({ browser }) => {
  const people = new People(browser, server.url);
  const page = await people.page('wei');
  await page.goto('/start/GA01');
  await page.getByRole('button', { name: '受案登记' }).click();
  await expect(page.locator('.refusal').first()).toBeVisible();
  await look(page, '27-refused');
  expect(people.complaints).toEqual([]);
  await people.close();
});

test('an act from the desk to its end, by keyboard alone', async ({ browser }) => {
  playUntil(server.url, 'drunk-driving', 'GA01.collect');
  const people = new People(browser, server.url);
  const page = await people.page('shao');
  const file = (await people.get<{ items: { id: string }[] }>('shao', '/api/files')).items[0]?.id ?? '';
  await page.goto('/');
  await expect(page.getByRole('heading', { name: '待我办理' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.locator('.skip')).toBeFocused();
  await tabTo(page, page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '案件' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('table').getByRole('link').first());
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/files/${file}`);
  const open = async () => {
    const link = page.getByRole('region', { name: '现在可以办理' }).getByRole('link', { name: '填录、更正案卡' });
    await link.waitFor({ state: 'attached' });
    if (!(await link.isVisible())) {
      await tabTo(page, page.locator('details.stops').filter({ has: link }).locator('> summary'));
      await page.keyboard.press('Enter');
    }
    await tabTo(page, link);
    await page.keyboard.press('Enter');
  };
  await open();
  const form = page.locator('form.form');
  const summary = form.locator('[data-at="case.summary"] textarea');
  await tabTo(page, summary);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('夜间设卡检查时查获。');
  await shot(page, '54-keyboard');
  await tabTo(page, form.getByRole('button', { name: '填录、更正案卡', exact: true }), 200);
  await page.keyboard.press('Enter');
  await expect(form).toBeHidden();
  await expect(page.getByRole('tabpanel')).toContainText('夜间设卡检查时查获。');
  // And out of a form again without doing anything.
  await open();
  await expect(form).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(form).toBeHidden();
  expect(people.complaints).toEqual([]);
  await people.close();
});
