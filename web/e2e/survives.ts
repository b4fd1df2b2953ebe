/** A form loses nothing of what was typed: not when saving fails, not when the session has ended, not when the tab was closed. */
import { type Locator, type Page, type Route, expect, test } from '@playwright/test';
import { PASSWORD } from './server';

interface Kept {
  page: Page;
  /** To the form, from anywhere. */
  open: () => Promise<unknown>;
  field: () => Locator;
  text: string;
  /** Fills in what else it takes to be sent. */
  rest?: () => Promise<unknown>;
  save: () => Promise<unknown>;
  /** Shows the form again where the dialog that asks for the password has closed it. */
  again?: () => Promise<unknown>;
  /** What is asked for when it is saved. */
  asks: RegExp;
}

export async function survives({ page, open, field, text, rest, save, again, asks }: Kept): Promise<void> {
  await open();
  await field().fill(text);
  await rest?.();
  await test.step('a save that does not arrive', async () => {
    await page.route(asks, (r) => (r.request().method() === 'GET' ? r.fallback() : r.abort()));
    await Promise.all([page.waitForEvent('requestfailed', (r) => asks.test(r.url())), save()]);
    await expect(field()).toHaveValue(text);
    await page.unroute(asks);
  });
  await test.step('a session that has ended', async () => {
    // Nothing that the page reads meanwhile may find it out first.
    let go = () => {};
    const held = new Promise<void>((done) => {
      go = done;
    });
    const reading = async (r: Route) => {
      if (r.request().method() === 'GET') await held;
      await r.fallback();
    };
    await page.route('**/api/**', reading);
    await page.context().clearCookies();
    await save();
    go();
    const dialog = page.getByRole('dialog').filter({ hasText: '登录已失效' }).or(page.getByRole('dialog').filter({ hasText: '没有丢失' }));
    await dialog.getByLabel('密码').fill(PASSWORD);
    await dialog.getByRole('button', { name: '登录' }).click();
    await expect(dialog).toBeHidden();
    await page.unroute('**/api/**', reading);
    await again?.();
    await expect(field()).toHaveValue(text);
  });
  await test.step('a closed tab', async () => {
    await page.goto('about:blank');
    await open();
    await expect(field()).toHaveValue(text);
  });
}
