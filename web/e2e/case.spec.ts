/** The page of one case: its processes, its way with proof, persons, deadlines, documents, who looked; who may look. */
import { type Page, expect, test } from '@playwright/test';
import { look } from './look';
import { People } from './people';
import { type Server, startPlayed } from './server';

let server: Server;
test.beforeAll(async () => {
  server = await startPlayed();
});
test.afterAll(async () => {
  await server.stop();
});

const STORY = '祁远程危险驾驶案';

async function fileOf(people: People, login: string): Promise<string | undefined> {
  const { items } = await people.get<{ items: { id: string; title: string }[] }>(login, '/api/files');
  return items.find((i) => i.title === STORY)?.id;
}

/** Which prosecutor has it, chance decided. */
async function prosecutorOf(people: People): Promise<{ login: string; file: string }> {
  for (const login of ['cen', 'mu']) {
    const file = await fileOf(people, login);
    if (file) return { login, file };
  }
  throw new Error('no prosecutor has the case');
}

async function tab(page: Page, file: string, key: string): Promise<void> {
  await page.goto(`/files/${file}?tab=${key}`);
  await expect(page.getByRole('tabpanel').first()).toBeVisible();
}

test('one case, seen by the prosecutor, the chief, a lawyer and an officer', async ({ browser }) => {
  const people = new People(browser, server.url);
  const { login, file } = await prosecutorOf(people);
  const page = await people.page(login);
  const { user } = await people.get<{ user: { name: string } }>(login, '/api/session');
  await test.step('the processes of the case, with the present stage lit', async () => {
    await tab(page, file, 'process');
    await expect(page.locator('svg.diagram')).toBeVisible();
    await expect(page.locator('svg.diagram .present')).toHaveAttribute('aria-label', /现在：祁远程/);
    await expect(page.locator('svg.diagram .passed').first()).toBeVisible();
    await look(page, '70-case-process');
    await page.getByText('以表格查看全部环节和事项').click();
    await expect(page.locator('.stages').getByText('现在：祁远程')).toBeVisible();
  });
  await test.step('its way across the agencies, with proof', async () => {
    await tab(page, file, 'flow');
    await expect(page.getByText('链完整')).toBeVisible();
    const proof = page.locator('.flow .out .proof').first();
    await expect(proof).toContainText('摘要一致');
    await proof.locator('summary').click();
    await expect(proof).toContainText('SHA-256');
    await look(page, '71-case-flow');
    await page.getByText('只看移送往来').click();
    await expect(page.locator('.flow .own')).toHaveCount(0);
    await expect(page).toHaveURL(/show=handovers/);
    await page.getByRole('button', { name: '重算卷宗文件摘要' }).click();
    await expect(page.locator('.proof-bar')).toContainText('卷宗文件');
  });
  await test.step('persons; the identity number on demand, with a record', async () => {
    await tab(page, file, 'persons');
    const panel = page.getByRole('tabpanel');
    await expect(panel).toContainText('970*************31');
    await look(page, '72-case-persons');
    await panel.getByRole('button', { name: '显示证件号码' }).click();
    await expect(panel).toContainText('970123199203170031');
  });
  await test.step('deadlines on an axis', async () => {
    await tab(page, file, 'deadlines');
    await expect(page.locator('.axis .span').first()).toBeVisible();
    await page.locator('.axis summary').click();
    await look(page, '73-case-deadlines');
  });
  await test.step('documents lead into the reader', async () => {
    await tab(page, file, 'documents');
    await look(page, '74-case-documents');
    await page.getByRole('tabpanel').getByRole('link').first().click();
    await page.waitForURL(/\/read\//);
  });
  await test.step('a basis of what cannot be done leads to its article', async () => {
    await page.goto(`/files/${file}`);
    const stopped = page.locator('details.stops').filter({ hasText: '暂不能办理' });
    if ((await stopped.getAttribute('open')) === null) await stopped.locator('> summary').click();
    await look(page, '75-case-acts');
    await stopped.locator('.basis a').first().click();
    await page.waitForURL(/\/library\/articles\//);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('《');
  });
  const chief = await people.page('chief');
  await test.step('who looked', async () => {
    await tab(chief, file, 'access');
    await expect(chief.getByRole('row').filter({ hasText: user.name }).filter({ hasText: '显示证件号码' }).first()).toBeVisible();
    await look(chief, '76-case-access');
    await tab(page, file, 'access');
    await expect(page.getByRole('tabpanel')).toContainText('查阅记录由');
  });
  await test.step('a lawyer is let in for a time, and no longer', async () => {
    const lawyer = await people.page('heng');
    await lawyer.goto(`/files/${file}`);
    await expect(lawyer.locator('.refusal')).toBeVisible();
    await chief.goto(`/files/${file}`);
    await chief.locator('.protect > summary').click();
    await chief.getByRole('button', { name: '授权阅卷', exact: true }).click();
    const dialog = chief.getByRole('dialog');
    await dialog.getByRole('button', { name: '授权阅卷' }).click();
    await expect(dialog).toContainText('请选择人员');
    await dialog.getByLabel('单位').fill('衡平');
    await chief.getByTitle('云岭衡平律师事务所').last().click();
    await dialog.getByLabel('人员').fill('衡之诚');
    await chief.locator('.ant-select-item-option').filter({ hasText: '衡之诚' }).click();
    await dialog.getByLabel('理由').fill('辩护人申请阅卷，手续齐全');
    await look(chief, '77-grant');
    await dialog.getByRole('button', { name: '授权阅卷' }).click();
    await expect(dialog).toBeHidden();
    await expect(chief.locator('.protect')).toContainText('衡之诚');
    await lawyer.reload();
    await expect(lawyer.getByRole('heading', { name: STORY })).toBeVisible();
    await look(lawyer, '78-case-lawyer');
    await chief.getByRole('button', { name: '撤销阅卷授权' }).click();
    await chief.getByRole('dialog').getByLabel('人员').click();
    await chief.locator('.ant-select-item-option').filter({ hasText: '衡之诚' }).click();
    await chief.getByRole('dialog').getByLabel('理由').fill('委托关系解除');
    await chief.getByRole('dialog').getByRole('button', { name: '撤销阅卷授权' }).click();
    await expect(chief.getByRole('dialog')).toBeHidden();
    await lawyer.reload();
    await expect(lawyer.locator('.refusal')).toBeVisible();
  });
  await test.step('a further process is begun in a case, not from nothing', async () => {
    const officer = await people.page('wei');
    const nav = officer.getByRole('navigation', { name: '主导航' });
    await expect(nav.getByRole('link', { name: '受案登记' })).toBeVisible();
    await expect(nav.getByRole('link', { name: '提出取保候审' })).toHaveCount(0);
    const theirs = await fileOf(people, 'shao');
    const view = await people.get<{ situation: { materials: { id: string; kind: string; date: string }[] } }>('shao', `/api/files/${theirs}`);
    const paper = view.situation.materials.find((m) => m.kind === 'W001');
    const api = await people.api('wei');
    // What another brought in is not wei's to file: it is uploaded again.
    const bytes = await (await people.api('shao')).get(`/api/files/${theirs}/materials/${paper?.id}/content`);
    const uploaded = await api.post('/api/contents?name=a.pdf', { data: await bytes.body(), headers: { 'content-type': 'application/octet-stream' } });
    const { sm3 } = (await uploaded.json()) as { sm3: string };
    const opened = await api.post('/api/files', {
      data: {
        process: 'GA01',
        input: {
          case: {
            name: '苗见山危险驾驶案',
            category: 'public',
            source: 'found',
            accepted_at: '2026-04-10T21:00:00+08:00',
            acted_to: '2026-04-10T20:00:00+08:00',
          },
          new_subjects: [{ name: '苗见山', birth: '1990-03-07' }],
          materials: [{ kind: 'W001', sm3, date: '2026-04-11' }],
        },
      },
    });
    expect(opened.status(), await opened.text()).toBe(201);
    const { file: fresh } = (await opened.json()) as { file: string };
    await officer.goto(`/files/${fresh}`);
    await officer.locator('.acts').getByRole('link', { name: '提出取保候审' }).click();
    const form = officer.locator('form.form');
    await expect(form).toBeVisible();
    await look(officer, '79-open-process');
    await form.getByRole('button', { name: '提出取保候审' }).click();
    await expect(form).toBeHidden();
    await tab(officer, fresh, 'process');
    await expect(officer.getByRole('tab', { name: /取保候审/ })).toBeVisible();
    await expect(officer.locator('.acts').getByRole('link', { name: '提出取保候审' })).toHaveCount(0);
  });
  expect(people.complaints, 'what the browser complained about').toEqual([]);
  await people.close();
});
