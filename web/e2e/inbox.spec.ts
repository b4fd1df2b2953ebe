/** Inbox and outbox of units that hand over much: pages, what is looked for, what is late, and how long it takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { look } from './look';
import { People } from './people';
import { papers } from './made';
import { type Server, start } from './server';

const CASES = 110;
const LONG = '褚买买提·吐尔逊江、欧阳震华等二十一人组织、领导黑社会性质组织、开设赌场、敲诈勒索案';
let server: Server;
let made: ReturnType<typeof papers>;
test.beforeAll(async () => {
  made = papers('drunk-driving');
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

test('much on either side', async ({ browser }) => {
  test.setTimeout(180_000);
  const people = new People(browser, server.url);
  const shao = await people.api('shao');
  const [gan, jing] = [await people.api('gan'), await people.api('jing')];
  const clock = async (at: string) => expect((await shao.put('/api/clock', { data: { at } })).ok()).toBe(true);
  await clock('2026-03-05T10:30:00+08:00');
  const [register] = made.script.steps;
  const [paper] = register?.files ?? [];
  if (!register || !paper) throw new Error('the story has changed');
  const uploaded = await shao.post('/api/contents?name=a.pdf', { data: readFileSync(join(made.folder, paper.path)), headers: { 'content-type': 'application/octet-stream' } });
  const { sm3 } = (await uploaded.json()) as { sm3: string };
  const done = async (answer: Promise<{ ok: () => boolean; text: () => Promise<string>; json: () => Promise<unknown> }>) => {
    const a = await answer;
    expect(a.ok(), await a.text()).toBe(true);
    return (await a.json()) as { file: string };
  };
  const { id_number: _, ...person } = register.person as Record<string, unknown>;
  const sent = async (n: number) => {
    const name = n === 3 ? LONG : `第${n}号危险驾驶案`;
    const input = { case: { ...register.case, name }, new_subjects: [person], materials: [{ kind: paper.kind, sm3 }] };
    const { file } = await done(shao.post('/api/files', { data: { process: 'GA01', input } }));
    const at = `/api/files/${file}/instances/I1`;
    const filing = { case: { filed_on: '2026-03-05', filing_no: `篱公立字〔2026〕${n + 1}号`, jurisdiction: 'place' }, materials: [{ kind: 'W004', sm3 }, { kind: 'W005', sm3, number: `篱公立字〔2026〕${n + 1}号` }] };
    await done(shao.post(`${at}/actions/file_case`, { data: { input: filing } }));
    for (const head of [gan, jing]) await done(head.post(`${at}/proposals/A1/opinions`, { data: { agrees: true, text: '同意' } }));
    const { situation } = await people.get<{ situation: { subjects: Record<string, unknown> } }>('shao', `/api/files/${file}`);
    const materials = [{ kind: 'W075', sm3, number: `篱公援通字〔2026〕${n + 1}号`, about: Object.keys(situation.subjects) }];
    await done(shao.post(`${at}/actions/notify_lawyer`, { data: { input: { materials } } }));
  };
  for (let n = 0; n < CASES; n++) await sent(n);
  const count = async (side: string) => (await people.get<{ total: number }>(side === 'sent' ? 'shao' : 'yuanzhu', `/api/handovers?side=${side}&limit=1`)).total;
  await expect.poll(() => count('received')).toBe(CASES);

  for (const [login, side, shot] of [['yuanzhu', 'received', '36-inbox-many'], ['shao', 'sent', '37-outbox-many']] as const) {
    await test.step(side, async () => {
      const page = await people.page(login);
      const rows = page.locator('.cards > li');
      await page.goto(`/inbox?side=${side}`);
      await expect(page.getByRole('status').first()).toContainText(String(CASES));
      await expect(rows).toHaveCount(20);
      await look(page, shot);
      const began = Date.now();
      await page.getByRole('button', { name: '下一页' }).click();
      await expect(page.getByText('第 21 至 40 件')).toBeVisible();
      expect(Date.now() - began, 'a page of the list').toBeLessThan(3_000);
      await expect(page).toHaveURL(/from=20/);
      const field = page.getByRole('searchbox').or(page.getByPlaceholder('案件名称、人名、文号'));
      await field.fill('黑社会');
      await field.press('Enter');
      await expect(rows).toHaveCount(1);
      await expect(rows).toContainText(LONG);
      await expect(page).not.toHaveURL(/from=/);
      // The address says what is asked, and the box follows it.
      await page.getByLabel('只看逾期').click();
      await expect(page.getByText('没有符合条件的移送')).toBeVisible();
      // An address past the end shows what there is.
      await page.goto(`/inbox?side=${side}&from=900`);
      await expect(rows).toHaveCount(20);
    });
  }

  await test.step('late', async () => {
    await clock('2026-03-20T10:30:00+08:00');
    const page = await people.page('yuanzhu');
    await page.goto('/inbox?side=received&late=1');
    await expect(page.getByRole('status').first()).toContainText(String(CASES));
    await page.emulateMedia({ colorScheme: 'dark' });
    await look(page, '36-inbox-late-dark');
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});
