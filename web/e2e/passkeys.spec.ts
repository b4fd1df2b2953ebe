/** Passkeys, with Chromium's virtual authenticator: set up, signed in with, removed; and where they do not serve. */
import { type CDPSession, expect, type Page, test } from '@playwright/test';
import { look } from './look';
import { PASSWORD, type Server, start } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

/** A computer that knows its owner by his finger. */
async function device(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

const password = async (page: Page) => {
  await page.getByLabel('用户名').fill('admin');
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('banner')).toBeVisible();
};

const signOut = async (page: Page) => {
  await page.request.delete('/api/session', { headers: { 'sec-fetch-site': 'same-origin' } });
  await page.goto('/account');
};

test('a person signs in with a passkey in place of name and password', async ({ browser }) => {
  const origin = server.url.replace('127.0.0.1', 'localhost');
  const page = await (await browser.newContext({ baseURL: origin })).newPage();
  const complaints: string[] = [];
  page.on('console', (m) => {
    if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) complaints.push(m.text());
  });
  page.on('pageerror', (e) => complaints.push(e.message));
  const { cdp, authenticatorId } = await device(page);
  const block = page.locator('section.block').filter({ has: page.getByRole('heading', { name: '通行密钥' }) });
  const enter = page.getByRole('button', { name: '使用通行密钥登录' });

  await test.step('added with the own password', async () => {
    await page.goto('/account');
    await look(page, '46-sign-in-passkey');
    await password(page);
    await block.getByLabel('名称').fill('办公电脑');
    await block.getByLabel('本人密码').fill('not-this-one');
    await block.getByRole('button', { name: '添加通行密钥' }).click();
    await expect(block.locator('.field').filter({ hasText: '本人密码' }).getByRole('alert')).toContainText('不正确');
    await block.getByLabel('本人密码').fill(PASSWORD);
    await block.getByRole('button', { name: '添加通行密钥' }).click();
    await expect(block).toContainText('尚未使用');
    await look(page, '46-passkey');
  });

  await test.step('it signs in, and says when it did', async () => {
    await signOut(page);
    await enter.click();
    await expect(page.getByRole('banner')).toContainText('管一鸣');
    await expect(block).toContainText('最近使用');
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials.map((c) => [c.isResidentCredential, c.rpId])).toEqual([[true, 'localhost']]);
  });

  await test.step('a device has one passkey of a person', async () => {
    await block.getByLabel('本人密码').fill(PASSWORD);
    await block.getByRole('button', { name: '添加通行密钥' }).click();
    await expect(block.getByRole('alert')).toContainText('已经有您的通行密钥');
  });

  await test.step('an ended session goes on with it, and what was typed is there', async () => {
    await block.getByLabel('名称').fill('另一台');
    await page.request.delete('/api/session', { headers: { 'sec-fetch-site': 'same-origin' } });
    await block.getByLabel('本人密码').fill(PASSWORD);
    await block.getByRole('button', { name: '添加通行密钥' }).click();
    const dialog = page.getByRole('dialog', { name: '登录已失效' });
    await dialog.getByRole('button', { name: '使用通行密钥登录' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(block.getByLabel('名称')).toHaveValue('另一台');
  });

  await test.step('whoever is not known to the device is told so', async () => {
    await signOut(page);
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await enter.click();
    await expect(page.getByRole('alert')).toContainText('请重新操作');
    await look(page, '46-passkey-refused');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await enter.click();
    await expect(page.getByRole('banner')).toBeVisible();
  });

  await test.step('removed, it opens nothing', async () => {
    await block.getByRole('button', { name: '移除：办公电脑' }).click();
    await block.locator('form').first().getByLabel('本人密码').fill(PASSWORD);
    await block.getByRole('button', { name: '移除', exact: true }).click();
    // It stands there until the server has answered.
    await expect(block).not.toContainText('办公电脑');
    await signOut(page);
    await enter.click();
    await expect(page.getByRole('alert')).toContainText('没有登记，或者已被移除');
    await password(page);
  });
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('at an address without a name the page says where passkeys serve', async ({ browser }) => {
  const page = await (await browser.newContext({ baseURL: server.url })).newPage();
  const origin = server.url.replace('127.0.0.1', 'localhost');
  await page.goto('/account');
  await expect(page.getByText(`请在 ${origin} 打开本平台`)).toBeVisible();
  await expect(page.getByRole('button', { name: '使用通行密钥登录' })).toHaveCount(0);
  await look(page, '46-sign-in-elsewhere');
  await password(page);
  await expect(page.getByText(`通行密钥只在 ${origin} 有效`)).toBeVisible();
  await expect(page.getByRole('button', { name: '添加通行密钥' })).toHaveCount(0);
  await page.context().close();
});
