/** Every page type, one by one: both themes, the keyboard alone, and what it shows while it reads, when reading fails and to whom it is not open. */
import { type Locator, type Page, expect, test } from '@playwright/test';
import { look, serious } from './look';
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
/** What each tab of a case shows, and what it reads beside the case. */
const TABS: Record<string, { there: string; reads?: RegExp }> = {
  process: { there: 'svg.diagram', reads: /\/tracks$/ },
  flow: { there: '.flow.line .own', reads: /\/events$/ },
  persons: { there: '.persons .pairs' },
  card: { there: '[role=tabpanel] .pairs' },
  dossier: { there: '.catalogue tbody tr' },
  documents: { there: '[role=tabpanel] table.list tbody tr', reads: /\/api\/library$/ },
  deadlines: { there: '.axis .span', reads: /\/deadlines$/ },
  records: { there: '[role=tabpanel] table.list tbody tr', reads: /\/events$/ },
  access: { there: '[role=tabpanel] table.list tbody tr', reads: /\/access-log/ },
};

interface Visit {
  name: string;
  who: string;
  path: string;
  /** What is there when it has read. */
  there: string;
  /** What it reads, as the end of an address: held back and failed in its turn. */
  reads?: RegExp;
}

interface Shown {
  row: { tracks: { instance: string }[] };
  situation: { instances: { id: string; process: string; proposals: { id: string }[] }[] };
}

async function visits(people: People): Promise<Visit[]> {
  const fileOf = async (login: string) => (await people.get<{ items: { id: string; title: string }[] }>(login, '/api/files')).items.find((i) => i.title === STORY)?.id ?? '';
  const file = await fileOf('chief');
  const { situation } = await people.get<Shown>('chief', `/api/files/${file}`);
  const review = situation.instances.filter((i) => i.process === 'XQ01').at(-1);
  let who = '';
  for (const login of ['cen', 'mu']) if (await fileOf(login)) who = login;
  const sent = await people.get<{ items: { file: string; message: string }[] }>('shao', '/api/handovers?side=sent&answered=true');
  const receipt = sent.items[0];
  const one = new RegExp(`/api/files/${file}$`);
  return [
    { name: 'desk', who, path: '/', there: '.desk .month', reads: /\/api\/todos/ },
    { name: 'desk of who leads', who: 'chief', path: '/', there: '.figures', reads: /\/api\/desk/ },
    { name: 'inbox', who: 'ge', path: '/inbox?side=received&answered=1', there: '.cards > li', reads: /\/api\/handovers/ },
    { name: 'list', who, path: '/files', there: 'table.cases tbody tr', reads: /\/api\/files\?/ },
    { name: 'list on paper', who, path: '/files/print', there: '.a4 tbody tr', reads: /\/api\/files\?/ },
    { name: 'deadlines', who, path: '/deadlines?days=365', there: 'table.list', reads: /\/api\/deadlines\?/ },
    { name: 'library', who: 'heng', path: '/library', there: 'table.list', reads: /\/api\/library$/ },
    { name: 'process', who: 'heng', path: '/library/DL01', there: 'svg.diagram', reads: /\/processes\/DL01\/page/ },
    { name: 'statutes', who: 'heng', path: '/library/articles', there: 'table.list', reads: /\/api\/library\/articles$/ },
    { name: 'article', who: 'heng', path: '/library/articles/%E8%AF%89172', there: 'table.list', reads: /\/api\/library\/articles\/./ },
    { name: 'administration', who: 'admin', path: '/admin', there: 'table.list', reads: /\/api\/units\/[^/]+\/users/ },
    { name: 'desk by the clock', who, path: '/', there: '.desk .month', reads: /\/api\/clock$/ },
    { name: 'account', who, path: '/account', there: 'form' },
    { name: 'registration', who: 'shao', path: '/start/GA01', there: 'form.form', reads: /\/processes\/GA01\/forms/ },
    { name: 'registration by the library', who: 'shao', path: '/start/GA01', there: 'form.form', reads: /\/api\/library$/ },
    ...Object.entries(TABS).map(([tab, { there, reads }]): Visit => ({ name: `case ${tab}`, who: tab === 'access' ? 'chief' : who, path: `/files/${file}?tab=${tab}`, there, reads: reads ?? one })),
    { name: 'case deadlines by the clock', who, path: `/files/${file}?tab=deadlines`, there: '.axis .span', reads: /\/api\/clock$/ },
    { name: 'act', who, path: `/files/${file}/do/${review?.id}/return_supplement`, there: 'form.form', reads: /\/processes\/XQ01\/forms/ },
    { name: 'approval', who: 'chief', path: `/files/${file}/approve/${review?.id}/${review?.proposals[0]?.id}`, there: '.panes .chain', reads: one },
    { name: 'receipt', who: 'shao', path: `/files/${receipt?.file}/receipt/${receipt?.message}`, there: '.a4', reads: /\/manifest/ },
    { name: 'reader', who, path: `/files/${file}/read`, there: '.stage img', reads: one },
    { name: 'no such page', who, path: '/nowhere', there: 'h1' },
  ];
}

async function open(people: People, v: Visit): Promise<Page> {
  const page = await people.page(v.who);
  await page.goto(v.path);
  await expect(page.locator(v.there).first(), v.name).toBeVisible();
  await expect(page.getByRole('status', { name: '正在读取' })).toHaveCount(0);
  return page;
}

test('both themes', async ({ browser }) => {
  const people = new People(browser, server.url);
  for (const v of await visits(people)) {
    await test.step(v.name, async () => {
      const page = await open(people, v);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await expect(page.locator('html')).toHaveAttribute('data-dark', String(colorScheme === 'dark'));
        expect.soft(await serious(page), `axe-core on ${v.name}, ${colorScheme}`).toEqual([]);
      }
      await look(page, `95-dark-${v.name.replaceAll(' ', '-')}`);
      await page.emulateMedia({ colorScheme: 'light' });
    });
  }
  await test.step('close rows', async () => {
    const page = await people.page('shao');
    await page.goto('/files');
    await page.getByRole('button', { name: /账号/ }).click();
    await page.getByText('紧凑行距').click();
    await page.keyboard.press('Escape');
    await expect(page.locator('html')).toHaveAttribute('style', /--row: 32px/);
    await look(page, '94-close-rows');
  });
  const context = await browser.newContext({ baseURL: server.url, colorScheme: 'dark' });
  const nobody = await context.newPage();
  await nobody.goto('/');
  await expect(nobody.getByRole('button', { name: '登录' })).toBeVisible();
  expect.soft(await serious(nobody), 'axe-core on the sign-in page, dark').toEqual([]);
  await look(nobody, '95-dark-sign-in');
  await context.close();
  expect(people.complaints).toEqual([]);
  await people.close();
});

/**
 * Goes through the whole page with the tab key: whatever can be pressed is come to, or belongs to a group that is moved
 * in with the arrow keys; where one is can be seen; nothing holds one fast.
 */
async function walked(page: Page): Promise<string[]> {
  const count = await page.evaluate(() => {
    const pressed = 'a[href], button, input, select, textarea, summary, [role=button], [role=tab], [role=checkbox], [role=combobox], [role=separator]';
    // One stop for all of them: within, the arrow keys go on.
    const group = '[role=tablist], [role=radiogroup], .ant-radio-group, svg.diagram, .month, [role=tree], .ant-segmented';
    const shown = (e: Element) => {
      const style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      const folded = e.closest('details:not([open])');
      return box.width > 0 && box.height > 0 && style.visibility === 'visible' && (!folded || (e.tagName === 'SUMMARY' && e.parentElement === folded)) && !e.closest('[aria-hidden=true], [inert]');
    };
    let n = 0;
    const groups = new Set<Element>();
    // What lies over the page keeps the focus until it is closed. A field's basis is passed by on the way down and found from the field (forms.spec.ts).
    const over = [...document.querySelectorAll('[role=dialog]')].find(shown);
    for (const e of (over ?? document).querySelectorAll(pressed)) {
      if (e.matches('.form .why') || !shown(e) || (e as HTMLButtonElement).disabled || (e as HTMLInputElement).type === 'hidden') continue;
      const within = e.closest(group);
      if (within) groups.add(within);
      else e.setAttribute('data-walk', String(n++));
    }
    for (const g of groups) g.setAttribute('data-walk', String(n++));
    (document.activeElement as HTMLElement | null)?.blur();
    return n;
  });
  const faults: string[] = [];
  const come = new Set<string>();
  // Links to articles come in while one walks: the walk ends when everything was come to, or after more stops than there can be.
  for (let n = 0; n < count * 4 + 100 && come.size < count; n++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return { walk: [], seen: true, what: '' };
      const walk: string[] = [];
      for (let up: Element | null = e; up; up = up.parentElement) {
        const mark = up.getAttribute('data-walk');
        if (mark !== null) walk.push(mark);
      }
      // The mark of the focus stands on the control itself or on what it is drawn in.
      let seen = false;
      for (let up: Element | null = e, n = 0; up && n < 5; up = up.parentElement, n++) {
        const style = getComputedStyle(up);
        if ((style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none' || /focused/.test(up.getAttribute('class') ?? '')) seen = true;
      }
      // A group's own marks, and the work area that scrolls.
      if (e.matches('input[type=radio], .work, .stage') || e.closest('svg.diagram')) seen = true;
      return { walk, seen, what: `${e.tagName}.${e.getAttribute('class') ?? ''} ${(e.textContent ?? '').slice(0, 20)}` };
    });
    for (const w of here.walk) come.add(w);
    if (!here.seen) faults.push(`the focus cannot be seen on ${here.what}`);
  }
  const missed = await page.evaluate(
    (all) => [...document.querySelectorAll('[data-walk]')].filter((e) => !all.includes(e.getAttribute('data-walk') ?? '')).map((e) => e.outerHTML.slice(0, 160)),
    [...come],
  );
  return [...new Set([...faults, ...missed.map((m) => `the keyboard does not come to ${m}`)])];
}

test('by keyboard alone', async ({ browser }) => {
  const people = new People(browser, server.url);
  for (const v of await visits(people)) {
    await test.step(v.name, async () => {
      const page = await open(people, v);
      expect.soft(await walked(page), v.name).toEqual([]);
    });
  }
  expect(people.complaints).toEqual([]);
  await people.close();
});

const SILENT = { type: 'about:blank', title: '系统内部错误', status: 500, detail: '系统出错，本次请求没有办理。请稍后重试', reasons: [], instance: 'test' };

test('while it reads, when reading fails, and again', async ({ browser }) => {
  const people = new People(browser, server.url);
  for (const v of (await visits(people)).filter((x) => x.reads)) {
    await test.step(v.name, async () => {
      const page = await people.page(v.who);
      const reads = v.reads ?? /never/;
      let release = () => {};
      const held = new Promise<void>((go) => {
        release = go;
      });
      // It fails until somebody has pressed, however often the page reads anew by itself.
      await page.route(reads, async (r) => {
        await held;
        const pressed = await page.evaluate(() => document.documentElement.dataset.pressed === 'yes').catch(() => false);
        if (!pressed) return r.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(SILENT) }).catch(() => {});
        await r.fallback().catch(() => {});
      });
      await page.goto(v.path);
      await expect(page.getByRole('status', { name: '正在读取' }).first(), `${v.name} says that it reads`).toBeVisible();
      release();
      const again: Locator = page.getByRole('button', { name: '重新读取' }).first();
      await expect(again, `${v.name} says that it failed`).toBeVisible();
      await expect(page.getByText('系统出错，本次请求没有办理').first()).toBeVisible();
      await look(page, `96-failed-${v.name.replaceAll(' ', '-')}`);
      await again.evaluate((b) => b.ownerDocument.addEventListener('click', () => (b.ownerDocument.documentElement.dataset.pressed = 'yes'), { capture: true, once: true }));
      await again.click();
      await expect(page.locator(v.there).first(), `${v.name} is there after all`).toBeVisible();
      await page.unrouteAll({ behavior: 'wait' });
    });
  }
  expect(people.complaints).toEqual([]);
  await people.close();
});

test('to whom it is not open', async ({ browser }) => {
  const people = new People(browser, server.url);
  const all = await visits(people);
  const lawyer = await people.page('heng');
  for (const name of ['case card', 'act', 'approval', 'receipt', 'reader']) {
    await test.step(name, async () => {
      await lawyer.goto(all.find((v) => v.name === name)?.path ?? '');
      const refusal = lawyer.locator('.refusal').first();
      await expect(refusal).toBeVisible();
      await expect(refusal).toContainText('无权');
      await expect(lawyer.getByText('由承办单位的负责人')).toBeVisible();
      await expect(lawyer.getByRole('button', { name: '回到工作台' }).or(lawyer.getByRole('link', { name: '回到工作台' }))).toBeVisible();
      await look(lawyer, `97-closed-${name.replaceAll(' ', '-')}`);
    });
  }
  await test.step('an act that is somebody else’s to do', async () => {
    const act = all.find((v) => v.name === 'act');
    const chief = await people.page('chief');
    await chief.goto(act?.path ?? '');
    await expect(chief.getByText(/您不能办理“.+”：本案由.+承办/)).toBeVisible();
    await expect(chief.locator('form.form')).toHaveCount(0);
    await look(chief, '97-closed-act-of-others');
  });
  await test.step('what somebody has none of', async () => {
    for (const [name, path] of [['desk', '/'], ['list', '/files'], ['deadlines', '/deadlines'], ['registration', '/start/GA01'], ['inbox', '/inbox'], ['administration', '/admin']] as const) {
      await lawyer.goto(path);
      await expect(lawyer.locator('.empty, .refusal').first()).toBeVisible();
      await look(lawyer, `98-nothing-${name}`);
    }
  });
  expect(people.complaints).toEqual([]);
  await people.close();
});
