/** The thinnest path through the whole: signing in, a case with an upload, approvals, evidence, reading, a hand-over. */
import { type Page, expect, test } from '@playwright/test';
import { look, shot } from './look';
import { People } from './people';
import type { Step } from './script';
import { type Server, papers, start } from './server';
import { Player } from './story';

/** How far the smoke test plays: to the acceptance by the procuratorate. */
const UNTIL = Number(process.env.STEPS ?? 13);

let server: Server;
test.beforeAll(async () => {
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

test('drunk-driving, from the road to the procuratorate, through the pages', async ({ browser }) => {
  const { script, folder, clean } = papers('drunk-driving', 40);
  const people = new People(browser, server.url);
  const seen = new Set<string>();
  const once = async (name: string, page: Page) => {
    if (seen.has(name)) return;
    seen.add(name);
    await look(page, name);
  };
  const context = await browser.newContext({ baseURL: server.url });
  const nobody = await context.newPage();
  await nobody.goto('/');
  await expect(nobody.getByRole('button', { name: '登录' })).toBeVisible();
  await look(nobody, '01-sign-in');
  await context.close();

  const before = async (step: Step, page: Page) => {
    const names: Record<string, string> = {
      'GA01.register': '03-register',
      'GA01.fill_card': '04-fill-card',
      'GA01.collect': '05-collect',
      'GA01.transfer': '08-transfer',
      'XQ01.accept': '10-accept',
      'XQ01.assign': '11-assign',
    };
    const name = names[step.do];
    if (name) await once(name, page);
  };
  const approving = async (step: Step, page: Page) => {
    if (step.do === 'GA01.file_case') await once('06-approve', page);
  };
  const after = async (step: Step, page: Page) => {
    if (step.do === 'GA01.file_case') await once('07-case', page);
  };
  const player = new Player(people, script, folder, before, after, approving);
  const first = await people.page('shao');
  await look(first, '02-desk-empty');
  for (const step of script.steps.slice(0, UNTIL)) await test.step(`${step.at} ${step.do}`, () => player.step(step));

  const officer = await people.page('shao');
  const file = await player.fileOf('shao');
  await officer.goto('/');
  await expect(officer.getByRole('heading', { name: '待我办理' })).toBeVisible();
  await look(officer, '20-desk');
  await officer.goto('/files');
  await expect(officer.getByRole('table')).toBeVisible();
  await look(officer, '21-files');
  await officer.goto('/deadlines?days=365');
  await expect(officer.locator('table, .empty')).toBeVisible();
  await look(officer, '22-deadlines');
  for (const tab of ['card', 'dossier', 'flow', 'deadlines', 'records']) {
    await officer.goto(`/files/${file}?tab=${tab}`);
    await expect(officer.getByRole('tabpanel')).toBeVisible();
    await expect(officer.getByRole('tabpanel').locator('table, .flow, .pairs, .empty').first()).toBeVisible();
    await look(officer, `23-case-${tab}`);
  }
  await officer.goto(`/files/${file}?tab=flow`);
  await officer.getByRole('link', { name: '回执' }).first().click();
  await expect(officer.getByRole('heading', { name: '电子卷宗移送回执' })).toBeVisible();
  await look(officer, '24-receipt');
  await officer.goto(`/files/${file}/read`);
  const image = officer.locator('.stage img');
  await expect(image).toHaveJSProperty('complete', true);
  await look(officer, '25-reader');
  await test.step('the reader on the keyboard', async () => {
    const title = officer.locator('.tools h1');
    const firstTitle = await title.innerText();
    await officer.keyboard.press(']');
    await expect(title).not.toHaveText(firstTitle);
    await officer.keyboard.press('[');
    await expect(title).toHaveText(firstTitle);
    const width = (await image.boundingBox())?.width ?? 0;
    await officer.keyboard.press('+');
    await expect.poll(async () => (await image.boundingBox())?.width ?? 0).toBeGreaterThan(width);
    await officer.keyboard.press('?');
    await expect(officer.getByRole('dialog')).toBeVisible();
    await shot(officer, '26-reader-help');
    await officer.keyboard.press('Escape');
    await expect(officer.getByRole('dialog')).toBeHidden();
    await officer.keyboard.press('Escape');
    await officer.waitForURL(/tab=dossier/);
  });
  await test.step('what is not met stands at its field', async () => {
    const file2 = await player.fileOf('ge');
    if (!file2) return;
    await officer.goto('/start/GA01');
    await officer.getByRole('button', { name: '受案登记' }).click();
    await expect(officer.locator('.refusal').first()).toBeVisible();
    await look(officer, '27-refused');
  });
  await test.step('an ended session keeps what was typed', async () => {
    await officer.locator('[data-at="case.place"] textarea').fill('东篱县文渊路');
    await officer.context().clearCookies();
    await officer.getByRole('button', { name: '受案登记' }).click();
    await expect(officer.getByRole('dialog')).toBeVisible();
    await shot(officer, '28-expired');
    await officer.getByRole('dialog').getByLabel('密码').fill('dongli-2026');
    await officer.getByRole('dialog').getByRole('button', { name: '登录' }).click();
    await expect(officer.getByRole('dialog')).toBeHidden();
    await expect(officer.locator('[data-at="case.place"] textarea')).toHaveValue('东篱县文渊路');
    await officer.reload();
    await expect(officer.locator('[data-at="case.place"] textarea')).toHaveValue('东篱县文渊路');
  });
  await test.step('dark and compact', async () => {
    await officer.goto(`/files/${file}`);
    await officer.getByRole('button', { name: /账号/ }).click();
    await officer.getByText('深色').click();
    await officer.getByText('紧凑行距').click();
    await officer.keyboard.press('Escape');
    await officer.mouse.click(400, 700);
    await look(officer, '29-dark');
  });
  expect(people.complaints, 'what the browser complained about').toEqual([]);
  await people.close();
  clean();
});
