/** Approval: agreeing, disagreeing, sending back for correction; what comes back is taken up again; a lent role is told. */
import { type Page, expect, test } from '@playwright/test';
import { choose } from './fill';
import { look, shot } from './look';
import { People } from './people';
import { papers } from './made';
import { type Server, playUntil, start } from './server';
import { Player } from './story';
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
  situation: { instances: { id: string; process: string; proposals: { id: string; open: boolean }[] }[] };
}

test('agree, disagree, send back', async ({ browser }) => {
  const people = new People(browser, server.url);
  const shao = await people.page('shao');
  const file = (await people.get<{ items: { id: string }[] }>('shao', '/api/files')).items[0]?.id ?? '';
  const instance = async () => (await people.get<Shown>('gan', `/api/files/${file}`)).situation.instances[0];
  const id = (await instance())?.id ?? '';
  const reason = shao.getByLabel('理由', { exact: true });
  const propose = async (action: string, text: string) => {
    await shao.goto(`/files/${file}/do/${id}/${action}`);
    await reason.fill(text);
    await shao.locator('form.form button[type=submit]').click();
    await expect(shao.locator('form.form')).toBeHidden();
  };
  const toApprove = async (page: Page) => {
    const proposal = (await instance())?.proposals.find((p) => p.open)?.id;
    await page.goto(`/files/${file}/approve/${id}/${proposal}`);
    await expect(page.getByLabel('审批意见')).toBeVisible();
  };
  const gan = await people.page('gan');
  const opinion = gan.getByLabel('审批意见');

  await test.step('what was typed is not lost', async () => {
    await propose('verify_filing', '需要核实检测结果。');
    await survives({
      page: gan,
      open: () => toApprove(gan),
      field: () => opinion,
      text: '请写明需要核实的事项',
      save: () => gan.getByRole('button', { name: '退回修改' }).click(),
      asks: /\/opinions$/,
    });
    await opinion.fill('');
  });

  await test.step('sent back, with words', async () => {
    await toApprove(gan);
    await gan.getByRole('button', { name: '退回修改' }).click();
    await expect(gan.getByRole('alert')).toHaveText('退回的，须写明修改意见');
    await gan.getByRole('button', { name: '不同意' }).click();
    await expect(gan.getByRole('alert')).toHaveText('不同意的，须写明意见');
    await look(gan, '40-approve');
    await opinion.fill('请写明需要核实的事项和期限');
    await gan.getByRole('button', { name: '退回修改' }).click();
    await gan.waitForURL(`**/files/${file}`);
  });

  await test.step('the proposer takes it up where it was', async () => {
    await shao.goto('/');
    const back = shao.locator('.rows.back li');
    await expect(back).toContainText('退回修改');
    await expect(back).toContainText('请写明需要核实的事项和期限');
    await look(shao, '41-desk-sent-back');
    await back.getByRole('link', { name: '修改' }).or(back.getByRole('button', { name: '修改' })).click();
    await expect(shao.locator('.came-back')).toContainText('干承野');
    await expect(reason).toHaveValue('需要核实检测结果。');
    await look(shao, '42-taken-up');
    await reason.fill('需要在三日内核实检测结果。');
    await shao.locator('form.form button[type=submit]').click();
    await expect(shao.locator('form.form')).toBeHidden();
    await shao.goto('/');
    await expect(shao.getByText('没有退回的事项')).toBeVisible();
  });

  await test.step('not agreed to: asked once more, and then it is over', async () => {
    await toApprove(gan);
    await opinion.fill('现有材料已足以决定');
    await gan.getByRole('button', { name: '不同意' }).click();
    const dialog = gan.getByRole('dialog');
    await expect(dialog).toContainText('本呈请就此终结');
    await shot(gan, '43-disagree');
    await dialog.getByRole('button', { name: '再看看' }).click();
    await expect(dialog).toBeHidden();
    await expect(opinion).toHaveValue('现有材料已足以决定');
    await gan.getByRole('button', { name: '不同意' }).click();
    await dialog.getByRole('button', { name: '不同意' }).click();
    await gan.waitForURL(`**/files/${file}`);
    await shao.goto('/');
    await expect(shao.locator('.rows.back li')).toContainText('未获同意');
    await shao.goto(`/files/${file}/do/${id}/verify_filing`);
    await expect(shao.locator('.came-back')).toContainText('上次呈请未获同意');
    await expect(reason).toHaveValue('');
    await shao.goto(`/files/${file}?tab=records`);
    await expect(shao.getByRole('tabpanel')).toContainText('审批不同意');
    await expect(shao.getByRole('tabpanel')).toContainText('审批退回修改');
  });

  await test.step('agreed to in a role that was lent', async () => {
    await propose('verify_filing', '检测结果有异议，需要核实。');
    await toApprove(gan);
    await gan.getByRole('button', { name: '同意', exact: true }).click();
    await gan.waitForURL(`**/files/${file}`);
    await propose('extend_filing', '案情重大、复杂。');
    const chief = await people.api('jing');
    const users = await people.get<{ id: string; login?: string; name: string }[]>('jing', '/api/units/GA-970123/users');
    const to = users.find((u) => u.name === '干承野')?.id;
    const { now } = await people.get<{ now: string }>('jing', '/api/clock');
    const from = new Date(now);
    const lent = await chief.post('/api/delegations', { data: { to_user: to, from: from.toISOString(), to: new Date(from.getTime() + 86_400_000).toISOString(), basis: '外出开会期间委托代行', roles: ['police_chief'] } });
    expect(lent.ok(), await lent.text()).toBe(true);
    await gan.reload();
    const proposal = (await instance())?.proposals.find((p) => p.open)?.id;
    await toApprove(gan);
    await expect(gan.getByText('受荆守正委托，代行其审批职责')).toBeVisible();
    await gan.getByRole('button', { name: '同意', exact: true }).click();
    await gan.waitForURL(`**/files/${file}`);
    await gan.goto(`/files/${file}/approve/${id}/${proposal}`);
    await expect(gan.locator('.chain')).toContainText('受荆守正委托代行');
    await look(gan, '44-chain');
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});

test('what is asked is read in words', async ({ browser }) => {
  const people = new People(browser, server.url);
  const file = (await people.get<{ items: { id: string }[] }>('shao', '/api/files')).items[0]?.id ?? '';
  const { row } = await people.get<{ row: { matter: string } }>('shao', `/api/files/${file}`);
  const made = papers('drunk-driving');
  const step = made.script.steps.find((s) => s.do === 'GA01.file_case');
  if (!step) throw new Error('the story has changed');
  let seen = 0;
  const player = new Player(people, made.script, made.folder, undefined, undefined, async (_step, page) => {
    const asked = page.getByRole('region', { name: '拟填写' });
    // A code by its name, an option by its label, a day as people write it.
    await expect(asked).toContainText('交通肇事罪');
    await expect(asked).toContainText('2026年3月6日');
    await expect(asked.locator('dd').filter({ hasText: /^(\d+|[a-z_]+)$/ })).toHaveCount(0);
    if (seen++ === 0) await look(page, '45-approve-words');
  });
  player.matter = row.matter;
  const { rows } = await people.get<{ rows: { value: string; label: string }[] }>('shao', '/api/library/tables/offence');
  const offence = rows.find((r) => r.label === '交通肇事罪')?.value;
  if (!offence) throw new Error('the table has changed');
  await player.step({ ...step, case: { ...step.case, offence } });
  expect(seen).toBe(2);
  expect(people.complaints).toEqual([]);
  await people.close();
});

test('rows and further persons are read as such; what it does is seen before it is agreed to', async ({ browser }) => {
  const other = await start();
  playUntil(other.url, 'returned', 'XQ05.resubmit');
  const people = new People(browser, other.url);
  const files = await people.get<{ items: { id: string; title: string }[] }>('shao', '/api/files');
  const file = files.items[0]?.id ?? '';
  const { row, situation } = await people.get<Shown & { row: { matter: string } }>('shao', `/api/files/${file}`);
  const supplement = situation.instances.find((i) => i.process === 'XQ05')?.id ?? '';
  const made = papers('returned');
  const step = made.script.steps.find((s) => s.do === 'XQ05.resubmit');
  if (!step) throw new Error('the story has changed');
  const fazhi = await people.page('fazhi');

  await test.step('an approval that there is not', async () => {
    await fazhi.goto(`/files/${file}/approve/${supplement}/nothing`);
    await expect(fazhi.getByText('本案没有这一审批')).toBeVisible();
  });

  await test.step('rows as a table; without the dry run nothing is agreed to that cannot be undone', async () => {
    let seen = 0;
    const player = new Player(people, made.script, made.folder, undefined, undefined, async (_step, page) => {
      const table = page.getByRole('region', { name: '拟填写' }).getByRole('table');
      await expect(table.getByRole('row')).toHaveCount(3);
      await expect(table.getByRole('row').nth(1)).toContainText('血样提取、送检过程的证据保管链条是已补充同步录像');
      if (seen++ === 0) return look(page, '46-approve-rows');
      const fails = /\/proposals\/[^/]+\/rehearsal$/;
      await page.route(fails, (r) => r.abort());
      await page.reload();
      const send = page.getByRole('button', { name: '同意并移送' });
      await expect(page.getByText('没有核对成同意后的效果')).toBeVisible();
      await expect(send).toBeDisabled();
      await expect(send).toHaveAttribute('title', /没有核对成/);
      await page.unroute(fails);
      await page.getByRole('region', { name: '同意后的效果' }).getByRole('button', { name: '重新读取' }).click();
      await expect(send).toBeEnabled();
      await send.click();
      await expect(page.getByRole('dialog')).toContainText(/材料 \d+ 份、\d+ 页，发往/);
      await page.getByRole('dialog').getByRole('button', { name: '再看看' }).click();
    });
    player.matter = row.matter;
    await player.step(step);
    expect(seen).toBe(2);
  });

  await test.step('a recording stands beside the draft', async () => {
    const shown = await people.get<{ situation: { materials: { title: string; media: string }[]; instances: { id: string; proposals: { id: string }[] }[] } }>('fazhi', `/api/files/${file}`);
    const film = shown.situation.materials.find((m) => m.media.startsWith('video/'));
    const done = shown.situation.instances.find((i) => i.id === supplement)?.proposals[0]?.id;
    await fazhi.goto(`/files/${file}/approve/${supplement}/${done}`);
    await choose(fazhi, fazhi.locator('.pagebar'), film?.title ?? '');
    const video = fazhi.getByRole('region', { name: '对照的材料' }).locator('video');
    await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(0);
  });
  expect(people.complaints).toEqual([]);
  await people.close();
  await other.stop();
});
