/** What is typed outlives a save that fails, a session that ends and a tab that is closed, in every form; a long page check can be stopped. */
import { type IncomingMessage, createServer, request } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { choose } from './fill';
import { People } from './people';
import { papers } from './made';
import { type Server, playUntil, start } from './server';
import { survives } from './survives';

let server: Server;
test.beforeAll(async () => {
  server = await start();
  playUntil(server.url, 'drunk-driving', 'GA01.file_case');
});
test.afterAll(async () => {
  await server.stop();
});

interface Shown {
  situation: { materials: { id: string; pages: number }[]; instances: { id: string; process: string; proposals: { id: string; open: boolean }[] }[] };
}

test('note, changed note, saved view, who may read, delegation, person', async ({ browser }) => {
  const people = new People(browser, server.url);
  const fileOf = async (login: string) => (await people.get<{ items: { id: string }[] }>(login, '/api/files')).items[0]?.id ?? '';
  const file = await fileOf('shao');
  const shown = () => people.get<Shown>('jing', `/api/files/${file}`);
  const shao = await people.page('shao');
  const jing = await people.page('jing');

  await test.step('a view that is given a name', async () => {
    await survives({
      page: shao,
      open: async () => {
        await shao.goto('/files');
        await shao.getByRole('button', { name: '常用筛选' }).click();
      },
      field: () => shao.getByLabel('名称', { exact: true }),
      text: '本月受案',
      save: () => shao.getByRole('button', { name: '保存当前筛选' }).click(),
      again: () => shao.getByRole('button', { name: '常用筛选' }).click(),
      asks: /\/api\/views$/,
    });
  });

  await test.step('a note, and a note that is changed', async () => {
    const material = (await shown()).situation.materials.find((m) => m.pages > 0)?.id;
    const read = async () => {
      await shao.goto(`/files/${file}/read/${material}/1?panel=notes`);
      await expect(shao.locator('.notes')).toBeVisible();
    };
    await survives({
      page: shao,
      open: read,
      field: () => shao.locator('.notes > form textarea'),
      text: '时间与笔录不一致',
      save: () => shao.getByRole('button', { name: '保存批注' }).click(),
      asks: /\/notes$/,
    });
    await shao.getByRole('button', { name: '保存批注' }).click();
    const own = shao.locator('.notes li').filter({ has: shao.getByRole('button', { name: '删除' }) }).first();
    await expect(own).toContainText('时间与笔录不一致');
    let begun = false;
    await survives({
      page: shao,
      open: async () => {
        await read();
        // What was being changed is open again.
        if (!begun) await own.getByRole('button', { name: '修改' }).click();
        begun = true;
        await expect(shao.getByRole('textbox', { name: '修改' })).toBeVisible();
      },
      field: () => shao.getByRole('textbox', { name: '修改' }),
      text: '时间与笔录不一致，已核对',
      save: () => shao.getByRole('button', { name: '保存修改' }).click(),
      asks: /\/notes\//,
    });
  });

  await test.step('who may read the case', async () => {
    await survives({
      page: jing,
      open: async () => {
        await jing.goto(`/files/${file}`);
        await jing.locator('.protect > summary').click();
        await jing.getByRole('button', { name: '调整密级', exact: true }).or(jing.getByRole('button', { name: /密级/ })).first().click();
        await expect(jing.getByRole('dialog')).toBeVisible();
      },
      field: () => jing.getByRole('dialog').getByLabel('理由'),
      text: '涉及国家秘密的材料已经移出',
      save: () => jing.getByRole('dialog').getByRole('button', { name: /密级/ }).last().click(),
      asks: /\/protections$/,
    });
  });

  await test.step('a delegation', async () => {
    const { now } = await people.get<{ now: string }>('jing', '/api/clock');
    const day = (n: number) => new Date(new Date(now).getTime() + n * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
    await survives({
      page: jing,
      open: () => jing.goto('/account'),
      field: () => jing.getByLabel('事由和依据'),
      text: '外出参加培训',
      rest: async () => {
        await choose(jing, jing.locator('.field').filter({ hasText: '受托人' }), '干承野　办案部门负责人');
        await jing.getByLabel('起始').fill(day(1));
        await jing.getByLabel('起始').press('Tab');
        await jing.getByLabel('截止').fill(day(9));
        await jing.getByLabel('截止').press('Tab');
      },
      save: () => jing.getByRole('button', { name: '办理委托' }).click(),
      asks: /\/api\/delegations$/,
    });
    await expect(jing.getByLabel('截止')).toHaveValue(day(9));
  });

  await test.step('a new person', async () => {
    const admin = await people.page('admin');
    const dialog = admin.getByRole('dialog').locator('form');
    await survives({
      page: admin,
      open: async () => {
        await admin.goto('/admin');
        await expect(admin.getByRole('table')).toBeVisible();
        if (!(await dialog.isVisible())) await admin.getByRole('button', { name: '增加人员' }).click();
      },
      field: () => dialog.getByLabel('姓名'),
      text: '苏映雪',
      rest: async () => {
        await dialog.getByLabel('用户名').fill('su.yingxue');
      },
      save: () => dialog.getByRole('button', { name: /增加$/ }).click(),
      asks: /\/users$/,
    });
  });

  expect(people.complaints).toEqual([]);
  await people.close();
});

test('what was taken away comes back; a file that was cleaned away is asked for again', async ({ browser }) => {
  const people = new People(browser, server.url);
  const page = await people.page('wei');
  const made = papers('drunk-driving');
  const paper = made.script.steps[0]?.files[0];
  const folder = made.folder;
  if (!paper) throw new Error('the story has changed');
  await page.goto('/start/GA01');
  const form = page.locator('form.form');
  const added = form.locator('.paper').filter({ has: page.getByRole('button', { name: '移除' }) });
  const undo = page.getByRole('button', { name: '撤销' });
  const title = form.locator('[data-at="case.name"] input');
  await title.fill('苏某盗窃案');

  await test.step('an upload and a card', async () => {
    await form.locator('.drop input[type=file]').setInputFiles(join(folder, paper.path));
    await expect(added.getByRole('button', { name: '更换' })).toBeVisible();
    await added.getByLabel('题名', { exact: true }).fill('来信');
    await added.getByRole('button', { name: '移除' }).click();
    await expect(added).toHaveCount(0);
    await undo.click();
    await expect(added.getByLabel('题名', { exact: true })).toHaveValue('来信');
    await form.getByRole('button', { name: /^增加/ }).filter({ hasNotText: '一行' }).click();
    const second = form.locator('[data-at="fresh.1.name"] input');
    await second.fill('苏某');
    await form.locator('h3').getByRole('button', { name: '移除' }).nth(1).click();
    await expect(second).toHaveCount(0);
    await undo.click();
    await expect(second).toHaveValue('苏某');
  });

  await test.step('the whole draft', async () => {
    await page.reload();
    await expect(title).toHaveValue('苏某盗窃案');
    await expect(page.getByText('须重新选择')).toHaveCount(0);
    await page.getByRole('button', { name: '清除，重新填写' }).click();
    await expect(title).toHaveValue('');
    await expect(page.getByText('已恢复您上次没有提交的内容')).toHaveCount(0);
    await undo.click();
    await expect(title).toHaveValue('苏某盗窃案');
  });

  await test.step('a file that is no longer there', async () => {
    await page.route('**/api/contents/brought', (r) => r.fulfill({ json: [] }));
    await page.reload();
    await expect(form.getByText('有 1 份文件上传后久未提交，已经清理，须重新选择：来信')).toBeVisible();
    await expect(added).toContainText('须重新选择文件');
    await page.unroute('**/api/contents/brought');
    await added.locator('input[type=file]').setInputFiles(join(folder, paper.path));
    await expect(added.getByRole('button', { name: '更换' })).toBeVisible();
    await expect(form.getByText('须重新选择')).toHaveCount(0);
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});

test('a page check that takes long is stopped, and nothing of it stays', async ({ browser }) => {
  // In front of the server: takes a whole upload, and answers as slowly as a check of a thousand pages.
  let checks: IncomingMessage | undefined;
  let given: () => void = () => {};
  const stopped = new Promise<void>((done) => {
    given = done;
  });
  const slow = createServer((ask, answer) => {
    if (ask.method === 'POST' && ask.url?.startsWith('/api/contents')) {
      ask.resume().on('end', () => {
        checks = ask;
      });
      answer.on('close', () => given());
      return;
    }
    const to = request(`${server.url}${ask.url}`, { method: ask.method, headers: ask.headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    answer.on('close', () => to.destroy());
    to.on('error', () => answer.destroy());
    ask.pipe(to);
  });
  await new Promise<void>((ready) => slow.listen(0, '127.0.0.1', ready));
  const people = new People(browser, `http://127.0.0.1:${(slow.address() as AddressInfo).port}`);
  const page = await people.page('shao');
  await page.goto('/start/GA01');
  const folder = mkdtempSync(join(tmpdir(), 'xiezhi-check-'));
  const path = join(folder, '卷宗.pdf');
  writeFileSync(path, Buffer.alloc(200_000, 32));
  const row = page.locator('.paper').first();
  await row.locator('input[type=file]').setInputFiles(path);
  await expect(row).toContainText('已上传，正在检查页面');
  await expect(row.getByRole('progressbar')).toBeVisible();
  await expect.poll(() => checks !== undefined).toBe(true);
  // Who leaves is asked first, and stays with everything as it was.
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link').nth(1).click();
  const leaving = page.getByRole('dialog').filter({ hasText: '还有 1 份文件正在上传' });
  await leaving.getByRole('button', { name: '再看看' }).click();
  await expect(leaving).toBeHidden();
  await expect(page).toHaveURL(/\/start\/GA01$/);
  await expect(row).toContainText('已上传，正在检查页面');
  await row.getByRole('button', { name: '取消检查' }).click();
  await expect(row).toContainText('还没有选择文件');
  await expect(row.locator('.refusal')).toHaveCount(0);
  // The server is told: it stops, too.
  await stopped;
  expect(people.complaints).toEqual([]);
  await people.close();
  slow.closeAllConnections();
  await new Promise((gone) => slow.close(gone));
  rmSync(folder, { recursive: true, force: true });
});
