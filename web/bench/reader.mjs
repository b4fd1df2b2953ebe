/**
 * How long a reader waits, in Chromium: from pressing 阅卷 to the first page drawn, and from a key to the next page
 * drawn. Beside it, in the same run, the plain fetch and decoding of the same images. Figures, no verdict.
 *
 *   node web/bench/reader.mjs http://127.0.0.1:8080 ge
 */
import { chromium } from '@playwright/test';

const [, , base = 'http://127.0.0.1:8080', login = 'ge'] = process.argv;
const PASSWORD = 'dongli-2026';
const OPENINGS = 5;
const TURNS = 30;
/** Milliseconds that somebody looks at a page who only leafs through. */
const PACE = 600;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
});

const middle = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
const told = (times) => `${Math.round(middle(times))} ms (median; worst ${Math.round(Math.max(...times))})`;

/** Milliseconds between two events of a key that is held down. */
const REPEAT = 33;

/** What runs in the page: waits until an image is decoded and the frame that shows it was drawn. */
function helpers() {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const shown = async (part) => {
    for (;;) {
      const image = document.querySelector('.stage img');
      if (image && image.currentSrc.includes(part) && image.complete && image.naturalWidth > 0) {
        await image.decode();
        await frame();
        return performance.now();
      }
      await frame();
    }
  };
  /** Time from the event to the image, as `window.measured`: whoever calls this waits until somebody listens. */
  window.measure = (event, part) => {
    window.measured = new Promise((done) => {
      const began = (e) => {
        window.removeEventListener(event, began, true);
        void shown(part).then((t) => done(t - e.timeStamp));
      };
      window.addEventListener(event, began, true);
    });
  };
  /** Times at which pages were drawn, until `stop` says so. */
  window.watch = () => {
    const times = [];
    let last = document.querySelector('.stage img')?.currentSrc;
    let on = true;
    void (async () => {
      while (on) {
        const image = document.querySelector('.stage img');
        if (image && image.currentSrc !== last && image.complete && image.naturalWidth > 0) {
          last = image.currentSrc;
          await image.decode();
          await frame();
          times.push(performance.now());
        } else await frame();
      }
    })();
    window.stop = () => {
      on = false;
      return times;
    };
  };
  window.plain = async (url) => {
    const began = performance.now();
    const answer = await fetch(url, { cache: 'no-store' });
    const picture = await createImageBitmap(await answer.blob());
    picture.close();
    return performance.now() - began;
  };
}

/** A browser without anything kept, signed in. */
async function arrive() {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', baseURL: base });
  const page = await context.newPage();
  await page.addInitScript(helpers);
  await page.goto('/');
  await page.getByLabel('用户名').fill(login);
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('banner').waitFor();
  return { context, page };
}

const { context: first, page: scout } = await arrive();
const get = async (path) => (await first.request.get(path)).json();
let dossier;
for (const { id } of (await get('/api/files')).items) {
  const { situation } = await get(`/api/files/${id}`);
  const pages = situation.materials.reduce((n, m) => n + m.pages, 0);
  if (!dossier || pages > dossier.pages) dossier = { id, pages, materials: situation.materials };
}
const book = dossier.materials.toSorted((a, b) => b.pages - a.pages)[0];

const openings = [];
for (let n = 0; n <= OPENINGS; n++) {
  const { context, page } = n === 0 ? { context: first, page: scout } : await arrive();
  await page.goto(`/files/${dossier.id}?tab=dossier`);
  const link = page.getByRole('link', { name: '阅卷', exact: true }).or(page.getByRole('button', { name: '阅卷', exact: true })).first();
  await link.waitFor();
  await page.evaluate(() => window.measure('click', '/pages/1?'));
  await link.click();
  openings.push(await page.evaluate(() => window.measured));
  if (n > 0) await context.close();
}

const page = scout;
const turn = async (to) => {
  await page.evaluate((part) => window.measure('keydown', part), `/${book.id}/pages/${to}?`);
  await page.keyboard.press('j');
  return page.evaluate(() => window.measured);
};
const begin = async (at) => {
  await page.goto(`/files/${dossier.id}/read/${book.id}/${at}`);
  await page.waitForFunction((part) => {
    const image = document.querySelector('.stage img');
    return image?.currentSrc.includes(part) && image.complete;
  }, `/pages/${at}?`);
};
const turns = Math.min(TURNS, Math.floor((book.pages - 2) / 2));
const paced = [];
const hasty = [];
await begin(1);
for (let n = 2; n < 2 + turns; n++) {
  await page.waitForTimeout(PACE);
  paced.push(await turn(n));
}
await begin(2 + turns);
for (let n = 3 + turns; n < 3 + 2 * turns && n <= book.pages; n++) hasty.push(await turn(n));
// Where nobody has read yet; each page that is passed over is drawn before the next is turned.
const from = Math.max(1, Math.min(3 + 2 * turns, book.pages - turns));
await begin(from);
await page.evaluate(() => window.watch());
const pressed = await page.evaluate(() => performance.now());
for (const until = Date.now() + turns * REPEAT * 2; Date.now() < until; ) {
  await page.keyboard.down('j');
  await page.waitForTimeout(REPEAT);
}
await page.keyboard.up('j');
const times = [pressed, ...(await page.evaluate(() => window.stop()))];
const held = times.slice(1).map((t, n) => t - times[n]);
const width = await page.evaluate(() => new URL(document.querySelector('.stage img').src).searchParams.get('width'));
const plain = [];
for (let n = 2; n < 2 + turns; n++) {
  plain.push(await page.evaluate((url) => window.plain(url), `/api/files/${dossier.id}/materials/${book.id}/pages/${n}?width=${width}`));
}
if (process.env.ALL) console.log(JSON.stringify({paced, hasty, held}, (k, v) => typeof v === "number" ? Math.round(v) : v));
const [cold, ...again] = openings;
console.log(
  `reader    a dossier of ${dossier.pages} pages: 阅卷 to the first page drawn ${Math.round(cold)} ms, in a fresh browser again ${told(again)}; ` +
    `a page turn when leafing ${told(paced)}, as fast as the pages come ${told(hasty)}, ` +
    `with the key held down a page every ${told(held)}, ${held.length} pages; ` +
    `plain fetch and decoding of the same image ${told(plain)}`,
);
await browser.close();
