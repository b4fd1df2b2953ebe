/** The library read-only: processes as pages that a lawyer reads, and articles with what rests on them. */
import { expect, test } from '@playwright/test';
import { look, shot } from './look';
import { People } from './people';
import { type Server, start } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

test('a lawyer reads how cases are handled', async ({ browser }) => {
  const people = new People(browser, server.url);
  const page = await people.page('heng');
  await test.step('processes by the agencies that run them, each with its check', async () => {
    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '规则库' }).click();
    await expect(page.getByRole('heading', { name: '规则库', level: 1 })).toBeVisible();
    await expect(page.getByRole('row').filter({ hasText: 'XQ01' })).toContainText('检查通过');
    await look(page, '60-library');
  });
  await test.step('one process: diagram, acts, requirements, deadlines', async () => {
    await page.getByRole('link', { name: '审查起诉', exact: true }).click();
    await expect(page.locator('svg.diagram')).toBeVisible();
    await look(page, '61-process');
    const accept = page.locator('#act-accept');
    await expect(accept).toContainText('案件管理人员');
    await expect(page.locator('#deadline-D56')).toContainText('1 个月');
    await page.goto('/library/XQ01#req-XQ01-R01');
    await expect(page.locator('#req-XQ01-R01')).toBeInViewport();
    await expect(page.locator('#req-XQ01-R01')).toContainText('不符合');
    await shot(page, '62-requirement');
  });
  await test.step('the diagram on the keyboard', async () => {
    await page.goto('/library/XQ01');
    const first = page.locator('svg.diagram [role=button][tabindex="0"]');
    await first.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const here = page.locator('svg.diagram [role=button]:focus');
    await expect(here).toHaveCount(1);
    await page.keyboard.press('Enter');
    await expect(page.locator('svg.diagram [aria-pressed=true]')).toHaveCount(1);
    await expect(page.locator('.stages tbody')).toHaveCount(1);
    await shot(page, '63-diagram-chosen');
    await page.getByRole('button', { name: '查看全部环节' }).click();
    await expect(page.locator('svg.diagram [aria-pressed=true]')).toHaveCount(0);
  });
  await test.step('every process has its diagram', async () => {
    const { processes } = await people.get<{ processes: { id: string; name: string }[] }>('heng', '/api/library');
    for (const p of processes) {
      await page.goto(`/library/${p.id}`);
      await expect(page.getByRole('group', { name: new RegExp(p.name) })).toBeVisible();
    }
  });
  await test.step('a basis leads to its article, and from there to what rests on it', async () => {
    await page.goto('/library/XQ01#deadline-D56');
    await page.locator('#deadline-D56 .basis a').first().click();
    await page.waitForURL(/\/library\/articles\//);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('第一百七十二条');
    await look(page, '64-article');
    await page.locator('a[href*="#deadline-"]').first().click();
    await page.waitForURL(/\/library\/\w+#deadline-/);
    await page.goto('/library/articles');
    await page.getByRole('searchbox', { name: '查找法律法规' }).fill('社区矫正');
    await expect(page.getByRole('row').filter({ hasText: '中华人民共和国社区矫正法' }).first()).toBeVisible();
    await expect(page.getByRole('row').filter({ hasText: '中华人民共和国刑法' })).toHaveCount(0);
    await look(page, '65-statutes');
    await page.goto('/library/articles/%E8%AF%89999');
    await expect(page.locator('.refusal')).toContainText('没有第九百九十九条');
  });
  expect(people.complaints, 'what the browser complained about').toEqual([]);
  await people.close();
});
