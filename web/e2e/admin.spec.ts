/** People and roles, delegation, passwords: by those who may, and not by others. */
import { expect, type Page, test } from '@playwright/test';
import { codeOf } from './codes';
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
    await form.getByRole('button', { name: /增加$/ }).click();
    await expect(form.locator('.field').filter({ hasText: '用户名' }).getByRole('alert')).toContainText('已有人使用');
    await look(admin, '42-new-person');
    // What was typed is there again when the page was closed.
    await admin.reload();
    await expect(form.getByLabel('姓名')).toHaveValue('苏映雪');
    await form.getByLabel('用户名').fill('su.yingxue');
    await form.getByRole('button', { name: /增加$/ }).click();
  });

  const told = admin.getByRole('dialog').filter({ hasText: '苏映雪的临时密码' });
  const temporary = (await told.locator('code').innerText()).trim();
  expect(temporary).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
  await look(admin, '42-temporary-password');
  await told.getByRole('button', { name: '授予岗位' }).click();
  const drawer = admin.getByRole('dialog', { name: /^人员：苏映雪/ });
  await test.step('a role is given', async () => {
    await expect(drawer).toContainText('没有岗位');
    await choose(admin, drawer.locator('.field').filter({ hasText: '岗位' }).first(), '检察官');
    await drawer.getByRole('button', { name: '授予岗位' }).click();
    await expect(drawer.locator('.checks')).toContainText('检察官');
    await look(admin, '43-person');
  });

  const own = await (await browser.newContext({ baseURL: server.url })).newPage();
  const signIn = async (page: Page, password: string) => {
    await page.goto('/account');
    await page.getByLabel('用户名').fill('su.yingxue');
    await page.getByLabel('密码').fill(password);
    await page.getByRole('button', { name: '登录' }).click();
  };
  await test.step('the person signs in with it, and first of all chooses a password', async () => {
    await signIn(own, temporary);
    await expect(own.getByRole('heading', { name: '设置本人的密码' })).toBeVisible();
    await look(own, '44-own-password');
    const choosePassword = async (old: string, fresh: string) => {
      await own.getByLabel('临时密码').fill(old);
      await own.getByLabel('新密码', { exact: true }).fill(fresh);
      await own.getByLabel('再次输入新密码').fill(fresh);
      await own.getByRole('button', { name: '修改密码' }).click();
    };
    const fault = (field: string) => own.locator('.field').filter({ hasText: field }).first().getByRole('alert');
    await choosePassword(temporary, 'password1234');
    await expect(fault('新密码')).toContainText('容易猜到');
    await choosePassword('not-this-one', 'pine-under-the-snow-2');
    await expect(fault('临时密码')).toContainText('不正确');
    await choosePassword(temporary, 'pine-under-the-snow-2');
    await expect(own.getByText('密码已修改')).toBeVisible();
    await expect(own.getByRole('heading', { name: '动态验证码' })).toBeVisible();
  });

  const other = await (await browser.newContext({ baseURL: server.url })).newPage();
  await test.step('the person sets up one-time codes, which are asked for from then on', async () => {
    await own.getByLabel('本人密码').fill('pine-under-the-snow-2');
    await own.getByRole('button', { name: '添加验证器' }).click();
    const secret = (await own.locator('form code').innerText()).replaceAll(' ', '');
    await look(own, '45-authenticator');
    await own.getByLabel('验证器显示的验证码').fill('000000');
    await own.getByRole('button', { name: '启用' }).click();
    await expect(own.locator('.field').filter({ hasText: '验证器显示的验证码' }).getByRole('alert')).toContainText('不正确');
    await own.getByLabel('验证器显示的验证码').fill(codeOf(secret, 0));
    await own.getByRole('button', { name: '启用' }).click();
    await expect(own.getByText('登录时须输入')).toBeVisible();

    await signIn(other, 'pine-under-the-snow-2');
    await expect(other.getByLabel('动态验证码')).toBeFocused();
    await look(other, '45-code');
    await other.getByLabel('动态验证码').fill(codeOf(secret, 1));
    await other.getByRole('button', { name: '登录' }).click();
    await expect(other.getByRole('heading', { name: '登录的地方' })).toBeVisible();
  });

  await test.step('the person sees where he is signed in, and ends it from here', async () => {
    await expect(other.getByText('退出其他全部登录')).toBeVisible();
    await look(other, '44-account');
    await other.getByRole('button', { name: '退出其他全部登录' }).click();
    await expect(other.getByText('退出其他全部登录')).toHaveCount(0);
    await own.reload();
    await expect(own.getByLabel('用户名')).toBeVisible();
    await own.context().close();
    await other.context().close();
  });

  const asked = async (button: string, follows?: string) => {
    await drawer.getByRole('button', { name: button, exact: true }).last().click();
    await admin.locator('.ant-modal-confirm').getByRole('button', { name: follows ?? button }).click();
    await expect(admin.locator('.ant-modal-confirm')).toBeHidden();
  };
  await test.step('a role with its days, and its end', async () => {
    const now = await people.get<{ now: string }>('admin', '/api/clock');
    const at = (days: number) => new Date(new Date(now.now).getTime() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
    await choose(admin, drawer.locator('.field').filter({ hasText: '岗位' }).first(), '检察官助理');
    await drawer.getByLabel(/^起始/).fill(at(3));
    await admin.keyboard.press('Tab');
    await drawer.getByLabel(/^截止/).fill(at(30));
    await admin.keyboard.press('Tab');
    await drawer.getByRole('button', { name: '授予岗位' }).click();
    const later = drawer.locator('.checks li').filter({ hasText: '检察官助理' });
    await expect(later).toContainText('尚未到任');
    await expect(later).toContainText(at(30).slice(0, 10));
    await asked('免去');
    await expect(drawer.locator('.checks')).not.toContainText('现任');
  });
  await test.step('a name that was written wrongly, and how much may be seen', async () => {
    await drawer.getByRole('textbox', { name: '更正姓名' }).fill(' ');
    await drawer.getByRole('button', { name: '更正姓名' }).click();
    await expect(drawer.getByRole('alert')).toContainText('姓名应为 1 至 60 字');
    await drawer.getByRole('textbox', { name: '更正姓名' }).fill('苏映雪梅');
    await drawer.getByRole('button', { name: '更正姓名' }).click();
    await expect(admin.getByRole('dialog', { name: '人员：苏映雪梅' })).toBeVisible();
    await choose(admin, drawer.locator('section').filter({ hasText: '知悉范围' }).first(), '秘密');
    await drawer.getByRole('button', { name: '变更知悉范围' }).click();
    await expect(drawer.getByRole('button', { name: '变更知悉范围' })).toBeHidden();
    await expect(admin.getByRole('region', { name: '人员' }).getByRole('row').filter({ hasText: '苏映雪梅' })).toContainText('秘密');
  });
  await test.step('for who forgot the password or lost the phone', async () => {
    await asked('重设密码');
    await expect(drawer.getByRole('status')).toContainText('苏映雪梅的临时密码');
    const fresh = (await drawer.getByRole('status').locator('code').innerText()).trim();
    const lost = await admin.request.post('/api/session', { data: { login: 'su.yingxue', password: fresh } });
    expect(lost.status(), 'the code of the phone is still asked for').toBe(401);
    await asked('移除其验证器');
    await expect(admin.getByText('其验证器已移除').first()).toBeVisible();
    await asked('移除其通行密钥');
    await expect(drawer.getByRole('alert')).toContainText('没有通行密钥');
    const again = await browser.newContext({ baseURL: server.url });
    const found = await again.request.post('/api/session', { data: { login: 'su.yingxue', password: fresh } });
    expect(found.status()).toBe(200);
    await again.close();
    await look(admin, '43b-person-helped');
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
    const said = ['账号由“可以登录”改为“已停用，不能登录”', '移除验证器', '重设密码', '知悉范围由“普通”改为“秘密”', '姓名由“苏映雪”改为“苏映雪梅”', '免去岗位　检察官', '授予岗位　检察官助理', '启用验证器', '本人修改密码', '授予岗位　检察官', '苏映雪梅增加人员'];
    await expect(rows).toHaveCount(said.length);
    for (const [n, words] of said.entries()) await expect(rows.nth(n)).toContainText(words);
    await look(admin, '44b-changes');
  });

  await test.step('an empty list says why it is empty, and a list is sorted', async () => {
    await admin.getByRole('tab', { name: '人员' }).click();
    await admin.getByLabel('查找姓名、用户名').fill('没有这个人');
    await expect(admin.locator('.empty')).toContainText('没有姓名、用户名含有“没有这个人”的人员');
    await admin.getByLabel('查找姓名、用户名').fill('');
    const logins = admin.getByRole('region', { name: '人员' }).locator('tbody tr td:nth-child(2)');
    await admin.getByRole('columnheader', { name: '用户名' }).getByRole('button').click();
    const up = await logins.allInnerTexts();
    expect(up).toEqual(up.toSorted());
    await admin.getByRole('columnheader', { name: '用户名' }).getByRole('button').click();
    await expect(logins.first()).toHaveText(up.at(-1) ?? '');
    await logins.first().click();
    await expect(admin.getByRole('dialog', { name: /^人员：/ })).toBeVisible();
    await admin.keyboard.press('Escape');
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
  await expect(jing.locator('.empty')).toContainText('没有生效中');
  const after = await people.get<{ user: { lent: unknown[] } }>('gan', '/api/session');
  expect(after.user.lent).toHaveLength(0);
  expect(people.complaints).toEqual([]);
  await people.close();
});

test('a unit gets another short name, and a unit below it', async ({ browser }) => {
  const people = new People(browser, server.url);
  const page = await people.page('admin');
  await page.goto('/admin?tab=unit');
  const form = page.locator('main form').first();
  await expect(form.getByLabel('名称')).toHaveValue('云岭省青梧市东篱县人民检察院');
  await expect(form).toContainText('云岭省青梧市东篱县');
  await look(page, '48-unit');
  const change = form.getByRole('button', { name: '变更' });
  await expect(change).toBeDisabled();
  await form.getByLabel('单位代码').fill('97');
  await change.click();
  await expect(form.locator('.field').filter({ hasText: '单位代码' }).getByRole('alert')).toContainText('97');
  await form.getByLabel('单位代码').fill('970123');
  await form.getByLabel('简称').fill('东篱检');
  await change.click();
  await expect(page.getByText('已变更')).toBeVisible();
  await expect(change).toBeDisabled();

  await page.getByRole('button', { name: '增加下级单位' }).click();
  const fresh = page.getByRole('dialog').locator('form');
  await fresh.getByLabel('名称').fill('东篱县人民检察院派驻采菊检察室');
  await fresh.getByLabel('简称').fill('篱检采');
  await fresh.getByLabel('单位代码').fill('970123');
  await fresh.getByLabel('标识').fill('JC-970123');
  await fresh.getByRole('button', { name: /增加$/ }).click();
  await expect(fresh.locator('.field').filter({ hasText: '标识' }).getByRole('alert')).toContainText('已有单位使用');
  await look(page, '48-unit-new');
  await fresh.getByLabel('标识').fill('JC-970123-1');
  await fresh.getByRole('button', { name: /增加$/ }).click();
  await expect(page.getByRole('heading', { name: '东篱县人民检察院派驻采菊检察室' })).toBeVisible();
  await page.goto('/admin?tab=changes');
  await expect(page.getByRole('table')).toContainText('简称由“篱检”改为“东篱检”');
  await look(page, '48-unit-changes');
  expect(people.complaints).toEqual([]);
  await people.close();
});
