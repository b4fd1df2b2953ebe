/** The desk of somebody who has much to do: what is told apart, what is cut off, what comes with a press. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { look } from './look';
import { People } from './people';
import { papers } from './made';
import { type Server, start } from './server';

const CASES = 80;
let server: Server;
let made: ReturnType<typeof papers>;
test.beforeAll(async () => {
  made = papers('drunk-driving');
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

const LONG = '褚买买提·吐尔逊江、欧阳震华等二十一人组织、领导黑社会性质组织、开设赌场、敲诈勒索案';

test('eighty cases on one desk', async ({ browser }) => {
  const people = new People(browser, server.url);
  const shao = await people.api('shao');
  expect((await shao.put('/api/clock', { data: { at: '2026-03-05T10:30:00+08:00' } })).ok()).toBe(true);
  const [register] = made.script.steps;
  const [paper] = register?.files ?? [];
  if (!register || !paper) throw new Error('the story has changed');
  const bytes = readFileSync(join(made.folder, paper.path));
  const uploaded = await shao.post('/api/contents?name=a.pdf', { data: bytes, headers: { 'content-type': 'application/octet-stream' } });
  const { sm3 } = (await uploaded.json()) as { sm3: string };
  const files: string[] = [];
  for (let n = 0; n < CASES; n++) {
    const name = n === 3 ? LONG : `第${n}号危险驾驶案`;
    const { id_number: _, ...person } = register.person as Record<string, unknown>;
    const answer = await shao.post('/api/files', {
      data: { process: 'GA01', input: { case: { ...register.case, name }, new_subjects: [person], materials: [{ kind: paper.kind, sm3 }] } },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    files.push(((await answer.json()) as { file: string }).file);
  }
  // One is not for this unit, and one proposal comes back.
  const act = (n: number, action: string, reason: string) => shao.post(`/api/files/${files[n]}/instances/I1/actions/${action}`, { data: { input: { reason } } });
  const opinion = async (who: string, n: number, data: unknown) => (await people.api(who)).post(`/api/files/${files[n]}/instances/I1/proposals/A1/opinions`, { data });
  expect((await act(0, 'find_outside', '犯罪地、居住地均在邻县。')).ok()).toBe(true);
  expect((await opinion('jing', 0, { agrees: true, text: '同意' })).ok()).toBe(true);
  for (let n = 1; n < 9; n++) {
    expect((await act(n, 'verify_filing', '检测结果有异议。')).ok()).toBe(true);
    expect((await opinion('gan', n, { agrees: false, text: '请写明需要核实的事项、核实的期限以及由谁核实，附现场检测记录后重新呈请。' })).ok()).toBe(true);
  }
  const page = await people.page('shao');
  const waiting = page.getByRole('region', { name: '待我办理' });
  const rows = page.locator('.rows.waiting li');
  await page.goto('/');
  await expect(rows).toHaveCount(12);
  await expect(waiting.getByRole('heading')).toContainText(String(CASES));
  await expect(page.locator('.rows.back li')).toHaveCount(6);
  // However long a title is, its row takes two lines at most.
  const heights = await rows.evaluateAll((all) => all.map((li) => li.getBoundingClientRect().height));
  expect(Math.max(...heights)).toBeLessThanOrEqual(56);
  await look(page, '15-desk-many');

  await waiting.getByRole('button', { name: /^再显示 50 项/ }).click();
  await expect(rows).toHaveCount(62);
  const kinds = waiting.getByRole('group', { name: '按事项' });
  await kinds.getByRole('button', { name: '移送有管辖权的机关 1' }).click();
  await expect(rows).toHaveCount(1);
  await kinds.getByRole('button', { name: `全部 ${CASES}` }).click();
  await expect(rows).toHaveCount(12);
  await page.getByRole('button', { name: '显示其余 2 项' }).click();
  await expect(page.locator('.rows.back li')).toHaveCount(8);
  expect(people.complaints).toEqual([]);
  await people.close();
});
