/** People and roles, delegation, passwords: by those who may, and not by others. */
import { expect, test } from '@playwright/test';
import { choose } from './fill';
import { look } from './look';
import { People } from './people';
import { type Server, start } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

test('an administrator brings in a person, who works with the role that was given', async ({ browser }) => {
  const people = new People(browser, server.url);
  const admin = await people.page('admin');
  await admin.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '管理' }).click();
  await expect(admin.getByRole('table')).toContainText('岑明理');
  await look(admin, '41-admin');

  await test.step('what is wrong stands at its field', async () => {
    await admin.getByRole('button', { name: '增加人员' }).click();
    const form = admin.getByRole('dialog').locator('form');
    await form.getByLabel('姓名').fill('苏映雪');
    await form.getByLabel('用户名').fill('cen');
    await form.getByLabel('初始密码').fill('short');
    await form.getByRole('button', { name: /增加$/ }).click();
    await expect(form.locator('.field').filter({ hasText: '初始密码' }).getByRole('alert')).toContainText('不得少于');
    await form.getByLabel('初始密码').fill('snow-on-the-pine-1');
    await form.getByRole('button', { name: /增加$/ }).click();
    await expect(form.locator('.field').filter({ hasText: '用户名' }).getByRole('alert')).toContainText('已有人使用');
    await look(admin, '42-new-person');
    // What was typed is there again when the page was closed, but for the password.
    await admin.reload();
    await expect(form.getByLabel('姓名')).toHaveValue('苏映雪');
    await expect(form.getByLabel('初始密码')).toHaveValue('');
    await form.getByLabel('用户名').fill('su.yingxue');
    await form.getByLabel('初始密码').fill('snow-on-the-pine-1');
    await form.getByRole('button', { name: /增加$/ }).click();
  });

  const drawer = admin.getByRole('dialog', { name: '人员：苏映雪' });
  await test.step('a role is given', async () => {
    await expect(drawer).toContainText('没有岗位');
    await choose(admin, drawer.locator('.field').filter({ hasText: '岗位' }).first(), '检察官');
    await drawer.getByRole('button', { name: '授予岗位' }).click();
    await expect(drawer.locator('.checks')).toContainText('检察官');
    await look(admin, '43-person');
  });

  await test.step('the person signs in and changes the password', async () => {
    const context = await browser.newContext({ baseURL: server.url });
    const page = await context.newPage();
    await page.goto('/account');
    await page.getByLabel('用户名').fill('su.yingxue');
    await page.getByLabel('密码').fill('snow-on-the-pine-1');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByLabel('原密码').fill('not-this-one');
    await page.getByLabel('新密码', { exact: true }).fill('pine-under-the-snow-2');
    await page.getByLabel('再次输入新密码').fill('pine-under-the-snow-2');
    await page.getByRole('button', { name: '修改密码' }).click();
    await expect(page.locator('.field').filter({ hasText: '原密码' }).getByRole('alert')).toContainText('不正确');
    await page.getByLabel('原密码').fill('snow-on-the-pine-1');
    await page.getByRole('button', { name: '修改密码' }).click();
    await expect(page.getByText('密码已修改')).toBeVisible();
    await look(page, '44-account');
    await context.close();
  });

  await test.step('stopped at once', async () => {
    await drawer.getByRole('button', { name: '停用账号' }).click();
    await admin.locator('.ant-modal-confirm').getByRole('button', { name: '停用账号' }).click();
    await expect(drawer).toContainText('已停用，不能登录');
    const answer = await admin.request.post('/api/session', { data: { login: 'su.yingxue', password: 'pine-under-the-snow-2' } });
    expect(answer.status()).toBe(401);
  });

  await test.step('each change says who made it', async () => {
    await admin.keyboard.press('Escape');
    await admin.getByRole('tab', { name: '变更记录' }).click();
    const rows = admin.getByRole('region', { name: '变更记录' }).locator('tbody tr');
    await expect(rows).toHaveCount(4);
    await expect(rows.nth(0)).toContainText('账号由“可以登录”改为“已停用，不能登录”');
    await expect(rows.nth(1)).toContainText('本人修改密码');
    await expect(rows.nth(2)).toContainText('授予岗位　检察官');
    await expect(rows.nth(3)).toContainText('苏映雪增加人员');
    await look(admin, '44b-changes');
  });

  await test.step('nobody else administers', async () => {
    const cen = await people.page('cen');
    await expect(cen.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '管理' })).toHaveCount(0);
    await cen.goto('/admin');
    await expect(cen.locator('.empty')).toContainText('您不是单位管理员');
    await look(cen, '45-admin-none');
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});

test('a role is lent for a time, and the loan ends early', async ({ browser }) => {
  const people = new People(browser, server.url);
  const now = await people.get<{ now: string }>('jing', '/api/clock');
  const day = (n: number) => new Date(new Date(now.now).getTime() + n * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 16);
  const jing = await people.page('jing');
  await jing.goto('/account');
  await choose(jing, jing.locator('.field').filter({ hasText: '受托人' }), '干承野　办案部门负责人');
  await jing.getByLabel('起始').fill(day(-1));
  await jing.getByLabel('截止').fill(day(9));
  await jing.getByLabel('事由和依据').fill('外出参加培训');
  await jing.getByRole('checkbox', { name: /县级以上公安机关负责人/ }).check();
  await look(jing, '46-delegate');
  await jing.getByRole('button', { name: '办理委托' }).click();
  await expect(jing.getByRole('table')).toContainText('代行：县级以上公安机关负责人');
  await look(jing, '47-delegated');

  const session = await people.get<{ user: { lent: unknown[] } }>('gan', '/api/session');
  expect(session.user.lent).toHaveLength(1);
  await jing.getByRole('button', { name: '终止' }).click();
  await jing.locator('.ant-modal-confirm').getByRole('button', { name: '终止' }).click();
  await expect(jing.locator('.empty')).toContainText('没有施行中');
  const after = await people.get<{ user: { lent: unknown[] } }>('gan', '/api/session');
  expect(after.user.lent).toHaveLength(0);
  expect(people.complaints).toEqual([]);
  await people.close();
});
