/** The dossier reader: on the keyboard, by hand, and what comes of it in a form and in an approval. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Locator, type Page, expect, test } from '@playwright/test';
import { look, serious, shot } from './look';
import { People } from './people';
import type { Paper } from './script';
import { papers } from './made';
import { type Server, playUntil, start } from './server';
import { Player } from './story';

interface Material {
  id: string;
  title: string;
  media: string;
  pages: number;
}
interface Shown {
  situation: { materials: Material[]; instances: { id: string }[] };
}

let server: Server;
let made: ReturnType<typeof papers>;
test.beforeAll(async () => {
  made = papers('drunk-driving');
  server = await start();
});
test.afterAll(async () => {
  await server.stop();
});

/** Two seconds of sound: 8 000 samples of a byte a second. */
function tone(): Buffer {
  const samples = Buffer.from(Array.from({ length: 16_000 }, (_, n) => 128 + Math.round(60 * Math.sin(n / 3))));
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(8_000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

/** Registers the case of the story and files its evidence, over the interface. */
async function registered(people: People): Promise<string> {
  const api = await people.api('shao');
  expect((await api.put('/api/clock', { data: { at: '2026-03-05T10:30:00+08:00' } })).ok()).toBe(true);
  const upload = async (p: Paper) => {
    const answer = await api.post('/api/contents', {
      params: { name: p.path },
      data: readFileSync(join(made.folder, p.path)),
      headers: { 'content-type': 'application/octet-stream' },
    });
    const { sm3 } = (await answer.json()) as { sm3: string };
    return { kind: p.kind, sm3, ...(p.title ? { title: p.title } : {}) };
  };
  const act = async (path: string, data: unknown) => {
    const answer = await api.post(path, { data });
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as { file: string };
  };
  const [register, , collect] = made.script.steps;
  if (!register || !collect) throw new Error('the story has changed');
  const materials = await Promise.all(register.files.map(upload));
  const { file } = await act('/api/files', { process: 'GA01', input: { case: register.case, new_subjects: [register.person], materials } });
  // With the expert's report, which has bookmarks of its own.
  const report = made.script.steps.flatMap((s) => s.files).filter((p) => p.kind === 'EBLOOD').slice(0, 1);
  const evidence = await Promise.all([...collect.files, ...report].map(upload));
  const sound = await api.post('/api/contents', { params: { name: '报警录音.wav' }, data: tone(), headers: { 'content-type': 'application/octet-stream' } });
  expect(sound.ok(), await sound.text()).toBe(true);
  evidence.push({ kind: 'EAUDIO', sm3: ((await sound.json()) as { sm3: string }).sm3, title: '报警录音' });
  const instance = (await people.get<Shown>('shao', `/api/files/${file}`)).situation.instances[0]?.id;
  await act(`/api/files/${file}/instances/${instance}/actions/collect`, { input: { materials: evidence } });
  return file;
}

const video = (page: Page) => page.locator('video');
const image = (page: Page) => page.locator('.stage img').first();
const drawn = async (page: Page) => {
  await expect(image(page)).toHaveJSProperty('complete', true);
  await expect.poll(() => image(page).evaluate((i: HTMLImageElement) => i.naturalWidth)).toBeGreaterThan(0);
};

/** Drags over the words of a line, as one selects text. */
async function select(page: Page, line: Locator): Promise<void> {
  const box = await line.boundingBox();
  if (!box) throw new Error('the line is not there');
  await page.mouse.move(box.x + 3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 3, box.y + box.height / 2, { steps: 6 });
  await page.mouse.up();
}

test('reading, marking, quoting', async ({ browser }) => {
  const people = new People(browser, server.url);
  const file = await registered(people);
  const { materials } = (await people.get<Shown>('shao', `/api/files/${file}`)).situation;
  const long = materials.find((m) => m.pages > 1 && m.media === 'application/pdf');
  const film = materials.find((m) => m.media.startsWith('video/'));
  if (!long || !film) throw new Error('the story has changed');
  const page = await people.page('shao');
  const title = page.locator('.tools h1');
  const press = (key: string) => page.keyboard.press(key);

  await test.step('pages and materials', async () => {
    await page.goto(`/files/${file}/read/${long.id}`);
    await drawn(page);
    await expect(page.locator('.tools')).toContainText(`第 1 / ${long.pages} 页`);
    await press('j');
    await expect(page).toHaveURL(new RegExp(`${long.id}/2`));
    await press('k');
    await press('End');
    await expect(page.locator('.tools')).toContainText(`第 ${long.pages} / ${long.pages} 页`);
    // As quickly as fingers go: each key starts from where the last one led.
    for (const key of ['Home', 'j', 'k', 'j', 'k', 'j']) await press(key);
    await expect(page.locator('.tools')).toContainText(`第 2 / ${long.pages} 页`);
    await press('End');
    await expect(page.locator('.tools')).toContainText(`第 ${long.pages} / ${long.pages} 页`);
    await press('j');
    await expect(title).not.toHaveText(long.title);
    await press('[');
    await expect(title).toHaveText(long.title);
    await press(']');
    await expect(title).not.toHaveText(long.title);
  });

  await test.step('the bookmarks that a document brings with it', async () => {
    const report = materials.find((m) => m.title.includes('鉴定意见'));
    if (!report) throw new Error('the story has changed');
    await page.goto(`/files/${file}/read/${report.id}`);
    const outline = page.getByRole('list', { name: `${report.title} 书签` });
    await outline.getByRole('button', { name: /检验过程/ }).click();
    await drawn(page);
    await expect(page).not.toHaveURL(new RegExp(`${report.id}/1`));
    await expect(outline.locator('.here')).toBeVisible();
    // The page is as large as the room allows.
    expect((await image(page).boundingBox())?.height).toBeGreaterThan(780);
    await look(page, '59-reader-outline');
    await page.goto(`/files/${file}/read/${long.id}`);
    await drawn(page);
  });

  await test.step('search', async () => {
    await press('/');
    const field = page.getByRole('searchbox').or(page.getByLabel('在卷内查找文字或题名'));
    await expect(field).toBeFocused();
    await page.keyboard.type('呼气式酒精');
    const hits = page.locator('.search section[aria-live] button');
    await expect(hits.first()).toContainText('呼气式酒精');
    await expect(page.getByText(/无文字层 \d+ 份/)).toBeVisible();
    await hits.first().click();
    await drawn(page);
    await expect(page.locator('.layers .hit').first()).toBeAttached();
    await look(page, '60-reader-search');
    await field.fill('没有这样的文字');
    await expect(page.getByText('有文字层的材料中没有找到。')).toBeVisible();
    await field.fill('呼气式酒精');
    await expect(hits.first()).toBeVisible();
    await page.reload();
    await expect(hits.first()).toBeVisible();
  });

  await test.step('text and rectangles are marked', async () => {
    const line = page.locator('.layers text', { hasText: '酒精' }).first();
    await select(page, line);
    await expect(page.getByRole('region', { name: '已选定' })).toContainText('酒精');
    await press('e');
    await expect(page.locator('.layers .mark.excerpt').first()).toBeAttached();
    await select(page, page.locator('.layers text').nth(2));
    await press('h');
    await expect(page.locator('.layers .mark.highlight').first()).toBeAttached();
    await press('x');
    await press('ArrowDown');
    await press('Shift+ArrowRight');
    await shot(page, '61-reader-drawing');
    await press('Enter');
    await expect(page.getByRole('region', { name: '已选定' })).toBeVisible();
    await press('n');
    const pen = page.getByLabel('批注选定处');
    await expect(pen).toBeFocused();
    await pen.fill('与检查笔录核对');
    await page.getByLabel('共享给办案组').check();
    await page.getByRole('button', { name: '保存批注' }).click();
    const own = page.locator('.notes li', { hasText: '与检查笔录核对' });
    await expect(own).toContainText('办案组可见');
    await expect(pen).toHaveCount(0);
    await look(page, '62-reader-notes');
    await own.getByRole('button', { name: '修改' }).click();
    await page.getByLabel('修改').fill('已与检查笔录核对');
    await page.getByRole('button', { name: '保存修改' }).click();
    await expect(page.locator('.notes li', { hasText: '已与检查笔录核对' })).toBeVisible();
    const highlight = page.locator('.notes li', { hasText: '重点' });
    await highlight.getByRole('button', { name: '修改' }).click();
    await highlight.getByLabel('共享给办案组').check();
    await highlight.getByRole('textbox', { name: '修改' }).fill('与血样登记表一致');
    await highlight.getByRole('button', { name: '取消' }).click();
    await expect(highlight).toContainText('仅本人可见');
    await page.getByRole('button', { name: '撤销' }).click();
    await expect(highlight.getByRole('textbox', { name: '修改' })).toHaveValue('与血样登记表一致');
    await highlight.getByRole('button', { name: '保存修改' }).click();
    await expect(highlight).toContainText('办案组可见');
    await highlight.getByRole('button', { name: '删除' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await expect(page.locator('.layers .mark.highlight')).toHaveCount(0);
    await page.locator('.stage').click({ position: { x: 5, y: 200 } });
  });

  await test.step('bookmarks', async () => {
    await page.goto(`/files/${file}/read/${long.id}/2?panel=notes`);
    await drawn(page);
    await press('m');
    const bookmark = page.locator('.notes li', { hasText: '书签' });
    await expect(bookmark).toHaveCount(1);
    await press('[');
    await expect(title).not.toHaveText(long.title);
    await bookmark.getByRole('button', { name: long.title }).click();
    await expect(page).toHaveURL(new RegExp(`${long.id}/2`));
    // The address is there before the page is.
    await expect(title).toHaveText(long.title);
    await press('m');
    await expect(bookmark).toHaveCount(0);
  });

  await test.step('sizes, turns and the panel, by key and by button', async () => {
    const tools = page.locator('.tools');
    const tool = (name: string) => tools.getByRole('button', { name, exact: true });
    const width = async () => (await image(page).boundingBox())?.width ?? 0;
    // From where it is, until it has another size.
    const grows = async (act: () => Promise<unknown>, by: (now: number, before: number) => boolean) => {
      const before = await width();
      await act();
      await expect.poll(async () => by(await width(), before)).toBe(true);
    };
    const larger = (now: number, before: number) => now > before * 1.15;
    const smaller = (now: number, before: number) => now < before * 0.87;
    await grows(() => press('+'), larger);
    await grows(() => press('-'), smaller);
    await grows(() => tool('放大').click(), larger);
    await grows(() => tool('缩小').click(), smaller);
    await grows(() => press('f'), larger);
    await grows(() => tool('适合窗口').click(), smaller);
    await grows(() => press('r'), larger);
    await expect(page.locator('.leaf')).toHaveAttribute('style', /rotate\(90deg\)/);
    for (let n = 0; n < 3; n++) await tool('旋转').click();
    await expect(page.locator('.leaf')).not.toHaveAttribute('style', /rotate/);
    const panel = page.getByRole('tabpanel');
    await expect(panel).toBeVisible();
    await press('b');
    await expect(panel).toBeHidden();
    await tool('侧栏').click();
    await expect(page.getByRole('tab', { name: '目录' })).toHaveAttribute('aria-selected', 'true');
    await press('t');
    await press('c');
    await expect(page.getByRole('tab', { name: '目录' })).toHaveAttribute('aria-selected', 'true');
    await tool('并排').click();
    await expect(page.locator('.stage')).toHaveCount(2);
    await tool('退出并排').click();
    await expect(page.locator('.stage')).toHaveCount(1);
  });

  await test.step('a page that is long in coming has no marks of its own on the page before', async () => {
    await page.goto(`/files/${file}/read/${long.id}/1?panel=notes`);
    await drawn(page);
    for (const key of ['x', 'Enter', 'h']) await press(key);
    await expect(page.locator('.layers .mark').first()).toBeAttached();
    let come = () => {};
    const held = new Promise<void>((go) => {
      come = go;
    });
    const slow = new RegExp(`/materials/${long.id}/pages/1\\?`);
    await press('End');
    await drawn(page);
    await page.route(slow, async (r) => {
      await held;
      await r.fallback();
    });
    await page.reload();
    await drawn(page);
    await press('Home');
    await expect(page.getByText('正在读取第 1 页')).toBeVisible();
    await expect(page.locator('.layers .mark')).toHaveCount(0);
    await expect(image(page)).toHaveCSS('visibility', 'hidden');
    come();
    await expect(page.locator('.layers .mark').first()).toBeAttached();
    await expect(image(page)).toHaveCSS('visibility', 'visible');
    await page.unroute(slow);
  });

  await test.step('the original, and the pages on paper', async () => {
    const more = page.locator('.tools').getByRole('button', { name: '更多' });
    await more.click();
    const [original] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载原件' }).click()]);
    expect(await original.failure()).toBeNull();
    await page.evaluate(() => {
      window.print = () => {
        document.documentElement.dataset.printed = String([...document.images].filter((i) => i.closest('.on-paper') && i.complete && i.naturalWidth > 0).length);
      };
    });
    await more.click();
    await page.getByRole('menuitem', { name: '打印本份材料' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-printed', String(long.pages));
    await page.emulateMedia({ media: 'print' });
    await expect(page.locator('.reader')).toBeHidden();
    expect((await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(long.pages);
    await page.emulateMedia({ media: null });
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await expect(page.locator('.on-paper')).toHaveCount(0);
  });

  await test.step('two side by side', async () => {
    await press('s');
    await expect(page.locator('.stage')).toHaveCount(2);
    await press(']');
    await expect(page).toHaveURL(/side=/);
    await expect(page.locator('.stage').nth(0)).toHaveAccessibleName(`左栏 ${long.title}`);
    await expect(page.locator('.stage').nth(1)).not.toHaveAccessibleName(`右栏 ${long.title}`);
    await press('w');
    await expect(title).toHaveText(long.title);
    await look(page, '63-reader-sided');
    await press('s');
    await expect(page.locator('.stage')).toHaveCount(1);
  });

  await test.step('thumbnails', async () => {
    await press('t');
    const thumb = page.locator('.thumb-row button img').first();
    await expect(thumb).toBeVisible();
    await expect.poll(() => thumb.evaluate((i: HTMLImageElement) => i.naturalWidth)).toBeGreaterThan(0);
    await shot(page, '64-reader-thumbs');
    expect.soft(await serious(page)).toEqual([]);
    await page.getByRole('button', { name: `${long.title} 第 1 / ${long.pages} 页` }).click();
    await expect(page).toHaveURL(new RegExp(`${long.id}/1`));
  });

  await test.step('a film has moments', async () => {
    await page.goto(`/files/${file}/read/${film.id}?panel=notes`);
    const video = page.locator('video');
    await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(0);
    await press('.');
    await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.currentTime)).toBe(5);
    await press('m');
    const moment = page.getByRole('button', { name: '跳到 00:00:05' });
    await expect(moment).toBeVisible();
    await press(',');
    await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.currentTime)).toBe(0);
    await moment.click();
    await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.currentTime)).toBe(5);
    await press('e');
    const heard = page.locator('.notes li', { hasText: '摘录' }).filter({ hasText: '00:00:05' });
    await expect(heard).toBeVisible();
    await heard.getByRole('button', { name: '修改' }).click();
    await heard.getByLabel('原话').fill('我喝了三两白酒');
    await heard.getByRole('button', { name: '保存修改' }).click();
    await expect(heard.locator('blockquote')).toHaveText('我喝了三两白酒');
    await look(page, '65-reader-film');
    await page.locator('.tools h1').click();
    await press(' ');
    await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.paused)).toBe(false);
    await press(' ');
    await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.paused)).toBe(true);
  });

  await test.step('sound, and what cannot be played', async () => {
    const sound = materials.find((m) => m.media.startsWith('audio/'));
    if (!sound) throw new Error('no sound was filed');
    await page.goto(`/files/${file}/read/${sound.id}?panel=notes`);
    const audio = page.locator('audio');
    await expect.poll(() => audio.evaluate((a: HTMLAudioElement) => a.readyState)).toBeGreaterThan(0);
    await press('m');
    await expect(page.getByRole('button', { name: '跳到 00:00:00' })).toBeVisible();
    const content = new RegExp(`/materials/${film.id}/content`);
    await page.route(content, (r) => r.fulfill({ status: 200, contentType: 'video/mp4', body: 'no film' }));
    await page.goto(`/files/${file}/read/${film.id}?panel=notes`);
    await expect(page.getByText('这份录音录像不能播放')).toBeVisible();
    await expect(page.locator('.stage').getByRole('link', { name: '下载原件' })).toBeVisible();
    await look(page, '65-reader-unplayable');
    await page.unroute(content);
    await page.getByRole('button', { name: '重新播放' }).click();
    await expect.poll(() => video(page).evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThan(0);
  });

  await test.step('help, and back to the case', async () => {
    await page.locator('.tools h1').click();
    await press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await shot(page, '66-reader-help');
    await press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await press('Escape');
    await page.waitForURL(/tab=dossier/);
  });

  const instance = (await people.get<Shown>('shao', `/api/files/${file}`)).situation.instances[0]?.id;
  await test.step('an excerpt goes into a form', async () => {
    await page.goto(`/files/${file}/do/${instance}/verify_filing`);
    const reason = page.locator('form.form textarea').last();
    const excerpt = page.locator('.excerpts li', { hasText: '酒精' }).first();
    await expect(excerpt).toBeVisible();
    await reason.fill('需要核实检测结果。');
    await excerpt.getByRole('button', { name: /摘入/ }).click();
    await expect(reason).toHaveValue(/^需要核实检测结果。“.*酒精.*”（证据卷 第 \d+ 页 .+）$/);
    await expect(reason).toBeFocused();
    await look(page, '67-excerpt');
    await reason.fill('');
    await excerpt.dragTo(reason);
    await expect(reason).toHaveValue(/^“.*酒精.*”（证据卷 第 \d+ 页 .+）$/);
    await page.locator('.excerpts li', { hasText: '三两白酒' }).getByRole('button', { name: /摘入/ }).click();
    await expect(reason).toHaveValue(/“我喝了三两白酒”（\S+ .+ 00:00:05）$/);
    await page.locator('form.form button[type=submit]').click();
    await expect(page.locator('form.form')).toBeHidden();
  });

  await test.step('who approves opens the page that is quoted', async () => {
    const shown = await people.get<{ situation: { instances: { proposals: { id: string; open: boolean }[] }[] } }>('gan', `/api/files/${file}`);
    const proposal = shown.situation.instances[0]?.proposals.find((p) => p.open)?.id;
    const head = await people.page('gan');
    await head.goto(`/files/${file}/approve/${instance}/${proposal}`);
    const link = head.locator('.panes section').first().getByRole('link', { name: /证据卷 第 \d+ 页/ });
    await link.click();
    const quoted = /第 \d+ 页 (.+)$/.exec(await link.innerText())?.[1] ?? '';
    await expect(head.locator('.panes img.sheet').last()).toHaveAttribute('alt', new RegExp(`^${quoted.replace(/[()（）]/g, '.')} \\d+$`));
    await look(head, '68-cited');
    // What was said in the film opens the film where it was said.
    const [film] = await Promise.all([head.waitForEvent('popup'), head.locator('.panes section').first().getByRole('link', { name: /00:00:05/ }).click()]);
    await expect(film).toHaveURL(/\?t=5$/);
    await expect.poll(() => film.locator('video').evaluate((v: HTMLVideoElement) => v.currentTime)).toBe(5);
    await film.close();
    // The head reads the dossier, and not the notes of those who handle the case.
    await head.goto(`/files/${file}/read?panel=notes`);
    await expect(head.getByText(/没有批注/)).toBeVisible();
    await expect(head.getByLabel('共享给办案组')).toHaveCount(0);
  });

  await test.step('the access log tells what was shown, and apart from it what was only fetched', async () => {
    interface Row {
      material: string;
      page: number;
      how: string;
      user: string;
    }
    // Of the report, the first and the third page were shown before, the second is shown now, and what follows was only fetched.
    const other = materials.find((m) => m.pages > 3 && m.id !== long.id);
    if (!other) throw new Error('the story has changed');
    await page.goto(`/files/${file}/read/${other.id}/1?panel=none`);
    await drawn(page);
    await press('j');
    await drawn(page);
    const rows = async (how: string) => {
      const log = await people.get<Row[]>('jing', `/api/files/${file}/access-log?limit=1000`);
      return [...new Set(log.filter((r) => r.material === other.id && r.how === how).map((r) => r.page))].sort();
    };
    await expect.poll(() => rows('opened')).toEqual([1, 2, 3]);
    await expect.poll(() => rows('ahead')).toContain(5);
    const jing = await people.page('jing');
    await jing.goto(`/files/${file}?tab=access`);
    const shown = jing.getByRole('row').filter({ hasText: other.title });
    await expect(shown.filter({ hasText: '第 2 页' }).first()).toBeVisible();
    await expect(jing.getByText('未显示', { exact: true })).toHaveCount(0);
    await jing.getByLabel('同时列出缩略图、书签和未实际显示的页').check();
    await expect(shown.filter({ hasText: '未显示' }).first()).toBeVisible();
    await look(jing, '69-access');
  });

  await test.step('a key held down shows each page on the way', async () => {
    const thick = materials.find((m) => m.pages > 3 && m.id !== long.id);
    if (!thick) throw new Error('the story has changed');
    await page.goto(`/files/${file}/read/${thick.id}/1?panel=none`);
    await drawn(page);
    // The page's own address: what the test program knows of it comes later, and one turn more leaves the document.
    const at = () => page.evaluate(() => Number(location.pathname.split('/').pop()));
    while ((await at()) < thick.pages) await page.keyboard.down('j');
    await page.keyboard.up('j');
    await drawn(page);
    const seen = async () => {
      const log = await people.get<{ material: string; page: number; how: string }[]>('jing', `/api/files/${file}/access-log?limit=1000`);
      return new Set(log.filter((r) => r.material === thick.id && r.how === 'opened').map((r) => r.page)).size;
    };
    await expect.poll(seen).toBe(thick.pages);
  });

  await test.step('in the dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`/files/${file}/read/${long.id}?panel=notes`);
    await drawn(page);
    await look(page, '69-reader-dark');
  });
  expect(people.complaints, 'what the browser complained about').toEqual([]);
  await people.close();
});

test('the review report holds excerpts that lead back to their pages', async ({ browser }) => {
  const other = await start();
  playUntil(other.url, 'drunk-driving', 'XQ01.finish_review');
  const people = new People(browser, other.url);
  const step = made.script.steps.find((s) => s.do === 'XQ01.finish_review');
  if (!step) throw new Error('the story has changed');
  const { row } = await people.get<{ row: { matter: string } }>('shao', `/api/files/${(await people.get<{ items: { id: string }[] }>('shao', '/api/files')).items[0]?.id}`);
  const player = new Player(people, made.script, made.folder, async (_step, page) => {
    const opinion = page.locator('form.form').getByLabel('审查意见');
    await page.locator('.excerpts li').first().dragTo(opinion);
    await expect(opinion).toHaveValue(/^“.+”（\S+ 第 \d+ 页 .+）$/);
    await look(page, '67-review-report');
  });
  player.matter = row.matter;
  const login = await player.login(step);
  const file = (await player.fileOf(login)) ?? '';
  const page = await people.page(login);
  const { situation } = await people.get<Shown>(login, `/api/files/${file}`);
  const paper = situation.materials.find((m) => m.title.includes('鉴定意见') && m.pages > 0);
  await page.goto(`/files/${file}/read/${paper?.id}/1`);
  await drawn(page);
  await select(page, page.locator('.layers text').nth(2));
  await page.keyboard.press('e');
  await expect(page.locator('.layers .mark.excerpt').first()).toBeAttached();
  await player.step(step);
  for (const tab of ['flow', 'records']) {
    await test.step(`its link under ${tab}`, async () => {
      await page.goto(`/files/${file}?tab=${tab}`);
      const link = page.getByRole('tabpanel').getByRole('link', { name: /第 \d+ 页 .*鉴定意见/ });
      const [reading] = await Promise.all([page.waitForEvent('popup'), link.click()]);
      await expect(reading).toHaveURL(new RegExp(`/read/${paper?.id}/1`));
      await drawn(reading);
      await reading.close();
    });
  }
  expect(people.complaints).toEqual([]);
  await people.close();
  await other.stop();
});
