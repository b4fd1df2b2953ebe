/** Plays a story through the pages, as the people in it would. */
import { join } from 'node:path';
import { type Page, expect } from '@playwright/test';
import { type FieldForm, type Tables, choose, fill } from './fill';
import type { People } from './people';
import type { Paper, Script, Step, Value } from './script';

interface Forms {
  name: string;
  subject: string;
  acts: Record<string, { name: string; issue: string[]; approve: unknown[]; sends: { handover: boolean }[]; locks: boolean }>;
  fields: Record<string, FieldForm>;
  documents: Record<string, { name: string; numbered: boolean }>;
}
interface Listed {
  items: { id: string }[];
}
interface Shown {
  instances: { offers: { action: string; findings: { requirement: string; text: string }[] }[] }[];
  situation: { subjects: Record<string, unknown>; sent: { technical: unknown }[]; materials: { kind: string; title: string; corrected_by: string | null }[]; instances: { id: string; process: string; proposals: { id: string; open: boolean }[] }[] };
}

const PROVINCE: Record<string, [string, string][]> = {
  'JC-970123': [['cen', 'prosecutor'], ['mu', 'prosecutor']],
  'FY-970123': [['yan', 'judge'], ['qiu', 'judge']],
  'SF-970123': [['guizheng', 'corrections_officer']],
};

export class Player {
  matter: string | undefined;
  private forms = new Map<string, Forms>();
  private tables = new Map<string, Map<string, string>>();

  constructor(
    readonly people: People,
    readonly script: Script,
    readonly folder: string,
    /** Called with the page when an act's form is filled and not yet handed in. */
    readonly before: (step: Step, page: Page) => Promise<void> = async () => {},
    /** Called when the act is done. */
    readonly after: (step: Step, page: Page) => Promise<void> = async () => {},
    readonly approving: (step: Step, page: Page) => Promise<void> = async () => {},
    /** Called when what would be handed over is shown, before it is. */
    readonly reviewing: (page: Page) => Promise<void> = async () => {},
  ) {}

  async fileOf(login: string): Promise<string | undefined> {
    if (!this.matter) return undefined;
    return (await this.people.get<Listed>(login, `/api/files?matter=${this.matter}`)).items[0]?.id;
  }

  /** Who acts: a person, or whoever of the unit has the case in hand. */
  async login(step: Step): Promise<string> {
    if (!step.who.startsWith('@')) return step.who;
    for (const [login, role] of PROVINCE[step.unit ?? ''] ?? []) {
      if (`@${role}` === step.who && (await this.fileOf(login))) return login;
    }
    throw new Error(`nobody of ${step.unit} has the case as ${step.who}`);
  }

  private async formsOf(login: string, process: string): Promise<Forms> {
    const known = this.forms.get(process) ?? (await this.people.get<Forms>(login, `/api/library/processes/${process}/forms`));
    this.forms.set(process, known);
    return known;
  }

  private tablesOf(login: string): Tables {
    return {
      label: async (table, code) => {
        let rows = this.tables.get(table);
        if (!rows) {
          rows =
            table === 'unit'
              ? new Map((await this.people.get<{ id: string; name: string }[]>(login, '/api/units')).map((u) => [u.id, u.name]))
              : new Map((await this.people.get<{ rows: { value: string; label: string }[] }>(login, `/api/library/tables/${table}`)).rows.map((r) => [r.value, r.label]));
          this.tables.set(table, rows);
        }
        const label = rows.get(code);
        if (!label) throw new Error(`${table} has no ${code}`);
        return label;
      },
    };
  }

  async setClock(login: string, at: string): Promise<void> {
    const answer = await (await this.people.api(login)).put('/api/clock', { data: { at: `${at.replace(' ', 'T')}:00+08:00` } });
    expect(answer.ok()).toBe(true);
  }

  async step(step: Step): Promise<void> {
    const [process = '', action = ''] = step.do.split('.');
    const login = await this.login(step);
    await this.setClock(login, step.at);
    const page = await this.people.page(login);
    const forms = await this.formsOf(login, process);
    const act = forms.acts[action];
    if (!act) throw new Error(step.do);
    const file = await this.fileOf(login);
    let instance: string | undefined;
    let subject = 'fresh.0';
    if (file) {
      const shown = await this.people.get<Shown>(login, `/api/files/${file}`);
      instance = shown.situation.instances.findLast((i) => i.process === process)?.id;
      subject = `subjects.${Object.keys(shown.situation.subjects)[0]}`;
      await page.goto(`/files/${file}`);
      const link = page.locator(`a[href="/files/${file}/do/${instance}/${action}"]`).first();
      await link.waitFor({ state: 'attached' });
      // What cannot be done yet, and what moves nothing, may stand folded.
      if (!(await link.isVisible())) await page.locator('details.stops').filter({ has: link }).locator('> summary').click();
      await link.click();
    } else {
      await page.goto('/');
      await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: act.name }).click();
    }
    const form = page.locator('form.form');
    await expect(form).toBeVisible();
    const tables = this.tablesOf(login);
    const put = async (card: string, at: string, values: Record<string, Value>) => {
      for (const [name, value] of Object.entries(values)) {
        const field = forms.fields[`${card}.${name}`];
        if (!field) throw new Error(`${step.do} has no ${card}.${name}`);
        await fill(page, form.locator(`[data-at="${at}.${name}"]`), field, value, tables);
      }
    };
    await put(forms.subject, subject, step.person);
    await put('case', 'case', step.case);
    for (const paper of step.files) await this.paper(login, page, forms, act.issue, paper);
    const numbers = form.getByRole('button', { name: '补入案卡所载证件号码' }).first();
    if (await numbers.isVisible()) {
      await numbers.click();
      await expect(numbers).toBeHidden();
    }
    if (step.assign) {
      const words = { turn: '轮案', random: '随机', manual: '指定' };
      await form.getByText(words[step.assign.how], { exact: true }).last().click();
      if (step.assign.user) {
        const { user } = await this.people.get<{ user: { unit: string } }>(login, '/api/session');
        const members = await this.people.get<{ id: string; name: string }[]>(login, `/api/units/${user.unit}/users`);
        const name = members.find((m) => m.id === step.assign?.user)?.name ?? step.assign.user;
        await choose(page, form.locator('.field').filter({ hasText: '指定给' }), name);
      }
    }
    if (step.reason) await form.getByLabel('理由', { exact: true }).fill(step.reason);
    await this.before(step, page);
    await this.press(page, act.name, act.approve.length > 0, act.approve.length === 0 && (act.locks || act.sends.some((s) => s.handover)));
    if (step.refused.length > 0) return this.refused(step, page, login);
    await expect(form, `${step.at} ${step.do}: ${await this.told(page)}`).toBeHidden();
    if (!this.matter) {
      await page.waitForURL(/\/files\/[^/]+$/);
      const id = page.url().split('/').pop() ?? '';
      this.matter = (await this.people.get<{ row: { matter: string } }>(login, `/api/files/${id}`)).row.matter;
    }
    await this.after(step, page);
    for (const approver of step.approve) await this.approve(step, approver);
    await this.carried(login);
  }

  /** What went out has arrived: others may now look for it. */
  private async carried(login: string): Promise<void> {
    const file = await this.fileOf(login);
    const waiting = async () => (await this.people.get<Shown>(login, `/api/files/${file}`)).situation.sent.filter((m) => !m.technical).length;
    await expect.poll(waiting, { timeout: 60_000 }).toBe(0);
  }

  private async press(page: Page, name: string, proposes: boolean, asks: boolean): Promise<void> {
    const form = page.locator('form.form');
    const review = form.getByRole('button', { name: '下一步：核对移送内容' });
    if (await review.isVisible()) {
      await review.click();
      await expect(form.locator('.going').first()).toBeVisible();
      await this.reviewing(page);
    }
    const proposal = name.includes('，') ? '呈请审批' : `呈请${name}`;
    await form.getByRole('button', { name: proposes ? proposal : name, exact: true }).click();
    if (asks) await page.locator('.ant-modal-confirm').getByRole('button', { name, exact: true }).click();
    await Promise.race([
      form.waitFor({ state: 'hidden' }).catch(() => {}),
      page.locator('form.form .refusal, form.form .field.wrong').first().waitFor().catch(() => {}),
    ]);
  }

  /** What the form complains about, for the message of a test that fails. */
  private async told(page: Page): Promise<string> {
    const all = await page.locator('form.form .refusal, form.form .bad').allInnerTexts();
    return all.join(' | ');
  }

  private async paper(login: string, page: Page, forms: Forms, issue: string[], paper: Paper): Promise<void> {
    const kind = forms.documents[paper.kind];
    const form = page.locator('form.form');
    const papers = form.locator('.paper');
    let row = form.locator(`.paper:has(input[data-kind="${paper.kind}"])`).first();
    const input = join(this.folder, paper.path);
    if (issue.includes(paper.kind)) {
      await row.locator('input[type=file]').setInputFiles(input);
    } else {
      const before = await papers.count();
      await form.locator('.drop input[type=file]').setInputFiles(input);
      await expect(papers).toHaveCount(before + 1);
      row = papers.nth(before);
      const box = row.locator('.field').filter({ hasText: '种类' }).first();
      const name = kind?.name ?? paper.kind;
      if ((await box.locator('input[role=combobox]').count()) > 0 && !(await box.innerText()).split('\n').includes(name)) {
        await choose(page, box, name);
      }
    }
    await row.getByLabel('题名', { exact: true }).fill(paper.title ?? kind?.name ?? '');
    if (kind?.numbered) await row.getByLabel('文号', { exact: true }).fill(paper.number ?? '');
    await expect(row.getByRole('button', { name: '更换' })).toBeVisible({ timeout: 60_000 });
    if (paper.listed) {
      await row.getByLabel('目录起页').fill(String(paper.listed[0]));
      await row.getByLabel('目录止页').fill(String(paper.listed[1]));
    }
    if (paper.corrects) {
      const old = await this.toCorrect(login, forms, paper.corrects);
      await choose(page, row.locator('.field').filter({ hasText: '更正的材料' }), old);
    }
    for (const [name, value] of Object.entries(paper.says)) {
      const field = forms.fields[name];
      if (!field) throw new Error(name);
      const details = row.locator('details.folded');
      if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
      await fill(page, row.locator(`[data-at="says.${name}"]`), field, value, this.tablesOf(login));
    }
  }

  /** The title of the latest material of a kind, or with a title, that was not corrected yet. */
  private async toCorrect(login: string, forms: Forms, what: string): Promise<string> {
    const file = await this.fileOf(login);
    const shown = await this.people.get<Shown>(login, `/api/files/${file}`);
    const found = shown.situation.materials.findLast((m) => (m.kind === what || m.title === what) && !m.corrected_by);
    return found?.title ?? forms.documents[what]?.name ?? what;
  }

  /** The act must be refused, and each reason shown. */
  private async refused(step: Step, page: Page, login: string): Promise<void> {
    const told = page.locator('form.form .refusal, form.form .bad');
    await expect(told.first()).toBeVisible();
    const [, action] = step.do.split('.');
    const file = await this.fileOf(login);
    const shown = await this.people.get<Shown>(login, `/api/files/${file}`);
    const findings = shown.instances.flatMap((i) => i.offers).find((o) => o.action === action)?.findings ?? [];
    const text = (await told.allInnerTexts()).join('\n').replace(/\s/g, '');
    for (const requirement of step.refused) {
      const mine = findings.filter((f) => f.requirement === requirement);
      expect(mine.length, requirement).toBeGreaterThan(0);
      for (const f of mine) expect(text).toContain(f.text.replace(/\s/g, ''));
    }
    await page.goto(`/files/${file}`);
  }

  private async approve(step: Step, approver: string): Promise<void> {
    const page = await this.people.page(approver);
    const file = await this.fileOf(approver);
    await page.goto(`/files/${file}`);
    await page.locator('.acts').getByRole('link', { name: '审批' }).first().click();
    await expect(page.getByLabel('审批意见')).toBeVisible();
    await this.approving(step, page);
    // What cannot be undone is asked first.
    const asked = page.getByRole('button', { name: /同意并(移送|办结)$/ });
    if (await asked.isVisible()) {
      await asked.click();
      await page.locator('.ant-modal-confirm').getByRole('button', { name: /同意并(移送|办结)$/ }).click();
    } else await page.getByRole('button', { name: '同意', exact: true }).click();
    await page.waitForURL(new RegExp(`/files/${file}$`)).catch(async (e: unknown) => {
      throw new Error(`${step.do}, ${approver}: ${await page.locator('form.opinion').innerText()}`, { cause: e });
    });
  }
}
