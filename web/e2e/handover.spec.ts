/** Handing over, receiving, answering: looked at before it goes, listed until it is answered, filed as a receipt. */
import { expect, test } from '@playwright/test';
import { look, shot } from './look';
import { People } from './people';
import { papers } from './made';
import { type Server, playUntil, start } from './server';
import { Player } from './story';

let server: Server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

test('a faulty case is shown as such before it goes, arrives, and is returned with what was found', async ({ browser }) => {
  playUntil(server.url, 'drunk-driving', 'XQ01.accept');
  playUntil(server.url, 'returned', 'GA01.transfer');
  const { script, folder } = papers('returned');
  const people = new People(browser, server.url);
  const shao = await people.page('shao');
  const files = await people.get<{ items: { id: string; matter: string; title: string }[] }>('shao', '/api/files?text=祁远程');
  const file = files.items[0]?.id ?? '';

  await test.step('what is missing is told before anything was filled in', async () => {
    await shao.goto(`/files/${file}`);
    await shao.locator('.acts').getByRole('link', { name: '移送审查起诉', exact: true }).click();
    const form = shao.locator('form.form');
    await form.getByRole('button', { name: '下一步：核对移送内容' }).click();
    await expect(form.getByRole('heading', { name: '尚未填妥' })).toBeVisible();
    await expect(form.locator('.going').first()).toContainText('东篱县人民检察院');
    await expect(form.getByText(/项不符合，照此移送将被退回/)).toBeVisible();
    await expect(form.getByText('内卷，不移送').first()).toBeVisible();
    await look(shao, '31-wizard-missing');
    await form.getByRole('button', { name: '返回修改' }).click();
    await expect(form.getByRole('button', { name: '下一步：核对移送内容' })).toBeVisible();
  });

  const seen = new Set<string>();
  const player = new Player(
    people,
    script,
    folder,
    async () => {},
    async () => {},
    async (_, page) => {
      const sends = page.getByRole('button', { name: '同意并移送' });
      const name = (await sends.isVisible()) ? '33-approve-last' : '33-approve-first';
      await expect(page.getByRole('heading', { name: '同意后的效果' })).toBeVisible();
      if (!seen.has(name)) await look(page, name);
      seen.add(name);
    },
    async (page) => {
      if (!seen.has('wizard')) await look(page, '32-wizard');
      seen.add('wizard');
    },
  );
  player.matter = files.items[0]?.matter;
  const steps = (act: string) => script.steps.filter((s) => s.do === act);
  const [transfer] = steps('GA01.transfer');
  if (!transfer) throw new Error('the story hands nothing over');
  await test.step('handed over all the same, through both approvals', () => player.step(transfer));

  await test.step('the sender sees that it waits for an answer', async () => {
    await shao.goto('/inbox');
    await expect(shao.getByRole('tab', { name: '发件', selected: true })).toBeVisible();
    await expect(shao.locator('.cards > li')).toHaveCount(2);
    await expect(shao.locator('.cards > li').first()).toContainText('接收回执 已接收');
    await look(shao, '34-sent');
  });

  const ge = await people.page('ge');
  await test.step('the receiver sees both, with what the rules of acceptance say', async () => {
    await ge.goto('/');
    await ge.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '收发' }).click();
    await expect(ge.locator('.cards > li')).toHaveCount(2);
    const faulty = ge.locator('.cards > li').filter({ hasText: '祁远程' });
    await expect(faulty).toContainText(/受理标准 \d+ 项不符合/);
    await expect(ge.locator('.cards > li').filter({ hasText: '柏青禾' })).not.toContainText('项不符合');
    await look(ge, '35-inbox');
    await faulty.getByRole('link', { name: '退回补正' }).click();
    const reason = ge.getByLabel('理由', { exact: true });
    await expect(reason).toHaveValue(/经审查，移送材料不符合受理条件[\s\S]*1\. [\s\S]*第一百五十七条/);
    await look(ge, '36-return');
  });
  const [accept] = steps('XQ01.accept');
  const [back] = steps('XQ01.return');
  if (!accept || !back) throw new Error('the story returns nothing');
  await test.step('accepting is refused with what was foretold', () => player.step(accept));
  await test.step('returned', () => player.step(back));
  await test.step('answered on both sides', async () => {
    await ge.goto('/inbox?side=received&answered=1');
    await expect(ge.locator('.cards > li').filter({ hasText: '祁远程' })).toContainText('已退回');
    await shao.goto('/inbox?side=sent&answered=1');
    await expect(shao.locator('.cards > li').filter({ hasText: '祁远程' })).toContainText('已退回');
  });

  await test.step('the receipt prints on A4, with the list of what went', async () => {
    await shao.getByRole('link', { name: '回执' }).first().click();
    await expect(shao.getByRole('heading', { name: '移送材料清单' })).toBeVisible();
    await expect(shao.locator('.carried tbody tr').first()).toBeVisible();
    await look(shao, '37-receipt');
    const pdf = await shao.pdf({ preferCSSPageSize: true, path: 'e2e/shots/37-receipt.pdf' });
    const text = pdf.toString('latin1');
    // A4 in points, whatever the rounding.
    expect(text).toMatch(/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  });
  await shot(shao, '37-receipt-again');
  expect(people.complaints).toEqual([]);
  await people.close();
});
