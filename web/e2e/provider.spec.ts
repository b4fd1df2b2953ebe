/** Signing in at an office's own identity provider, through the button, with the pages of a real one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, type Page, test } from '@playwright/test';
import { codeOf } from './codes';
import { look } from './look';
import { People } from './people';
import { PASSWORD, type Server, start } from './server';

const NAME = '东篱统一身份认证';
let identity: ChildProcess;
let server: Server;
/** Where browsers have the platform. */
let origin: string;
/** The provider answers from now on. */
let opens: () => Promise<void>;

test.beforeAll(async () => {
  identity = spawn('node', [join(import.meta.dirname, 'provider.mjs')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const { stdin, stdout } = identity;
  if (!stdin || !stdout) throw new Error('the provider was not started');
  const lines = createInterface({ input: stdout });
  const ended = once(identity, 'exit').then(() => Promise.reject(new Error('provider.mjs ended: it needs what `npm ci --prefix web` installs')));
  const [issuer] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  server = await start(['--oidc-issuer', issuer, '--oidc-client', 'xiezhi', '--oidc-name', NAME], { XIEZHI_OIDC_SECRET: 'for-tests-only' });
  origin = server.url.replace('127.0.0.1', 'localhost');
  opens = async () => {
    const ready = once(lines, 'line');
    stdin.write(`${origin}/api/session/provider/return\n`);
    await ready;
  };
});
test.afterAll(async () => {
  identity.removeAllListeners('exit');
  identity.kill();
  await server.stop();
});

const button = (page: Page) => page.getByRole('button', { name: `由${NAME}登录` });

/** The pages of the provider. */
async function identifies(page: Page, login: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('x');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('through the button to where one wanted to go, and what is said when it does not work', async ({ browser }) => {
  const people = new People(browser, origin);
  const context = await browser.newContext({ baseURL: origin });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (m) => {
    if (m.type() === 'error' && m.location().url.startsWith(origin) && !m.text().startsWith('Failed to load resource')) complaints.push(m.text());
  });

  await test.step('with the provider away the page says so, and the password serves', async () => {
    await page.goto('/');
    await button(page).click();
    await expect(page.getByRole('alert')).toContainText('身份认证系统暂时不能使用');
    await look(page, '89-sign-in-away');
    await page.getByLabel('用户名').fill('shao');
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await expect(page.getByRole('banner')).toContainText('邵砺锋');
    await context.clearCookies();
    await opens();
  });

  await test.step('a person whom the provider knows and this system does not', async () => {
    await page.goto('/files?open=true');
    await expect(button(page)).toBeVisible();
    await look(page, '90-sign-in-provider');
    await button(page).click();
    await identifies(page, 'nobody-here');
    await expect(page.getByRole('alert')).toContainText('没有对应的账号');
    await look(page, '91-sign-in-no-account');
  });

  // The provider would let the same person through; who signs in here is another one.
  await context.clearCookies();

  await test.step('the place that was left is the place one comes to', async () => {
    await page.goto('/files?open=true');
    await button(page).click();
    await identifies(page, 'shao');
    await expect(page.getByRole('banner')).toContainText('邵砺锋');
    await expect(page).toHaveURL(`${origin}/files?open=true`);
  });

  await test.step('who has left is asked anew, and may call it off', async () => {
    await page.getByRole('button', { name: '账号 邵砺锋' }).click();
    await page.getByRole('button', { name: '退出登录' }).click();
    await button(page).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await expect(page.getByRole('alert')).toContainText('登录没有完成');
  });

  await test.step('own codes are asked for afterwards', async () => {
    const api = await people.api('wei');
    const begun = (await (await api.post('/api/session/factors', { data: { name: '手机', password: PASSWORD } })).json()) as { id: string; secret: string };
    const confirmed = await api.put(`/api/session/factors/${begun.id}`, { data: { code: codeOf(begun.secret, 0) } });
    expect(confirmed.status()).toBe(204);
    await context.clearCookies();
    await page.goto('/');
    await button(page).click();
    await identifies(page, 'wei');
    await page.getByLabel('动态验证码').fill('000000');
    await page.getByRole('button', { name: '完成登录' }).click();
    await expect(page.getByRole('alert')).toContainText('验证码不正确');
    await look(page, '92-sign-in-code');
    await page.getByLabel('动态验证码').fill(codeOf(begun.secret, 1));
    await page.getByRole('button', { name: '完成登录' }).click();
    await expect(page.getByRole('banner')).toContainText('卫知远');
    await expect(page).toHaveURL(`${origin}/`);
  });

  expect(complaints).toEqual([]);
  await context.close();
  await people.close();
});
