/** Looking at a page: a screenshot kept, nothing overflowing on a phone, nothing serious for axe-core. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type Page, expect } from '@playwright/test';

const shots = join(import.meta.dirname, 'shots');
mkdirSync(shots, { recursive: true });

export async function shot(page: Page, name: string): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const images = [...document.images].filter((i) => i.getBoundingClientRect().top < window.innerHeight);
    await Promise.all(images.map((i) => i.decode().catch(() => undefined)));
  });
  // What opens has opened.
  await page.locator('.ant-zoom-appear, .ant-zoom-enter, .ant-fade-appear, .ant-fade-enter, [class*=ant-drawer-mask-motion], [class*=ant-drawer-panel-motion]').first().waitFor({ state: 'detached' });
  await page.screenshot({ path: join(shots, `${name}.png`), animations: 'disabled' });
}

/** Our pages have no frames, so axe needs no page of its own beside them. */
export async function serious(page: Page): Promise<string[]> {
  // What is fading away has no contrast to be judged.
  await page.locator('.ant-message-notice-wrapper').first().waitFor({ state: 'detached' });
  // Nor has what is changing its colour.
  await page.evaluate(() => document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity).forEach((a) => a.finish()));
  const found = await new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] }).analyze();
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary ?? ''}`.slice(0, 400)));
}

/** Both widths, both checks. */
export async function look(page: Page, name: string): Promise<void> {
  await shot(page, name);
  expect.soft(await serious(page), `axe-core on ${name}`).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  const over = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    // What scrolls sideways on purpose: tables, tool bars, the page that is being read.
    const meant = '.scroll, .tools, .nav, .stage, .ant-tabs-nav, .ant-select-dropdown';
    const seen = (e: Element) => {
      const box = e.getBoundingClientRect();
      const style = getComputedStyle(e);
      return box.width > 0 && box.height > 0 && style.visibility !== 'hidden' && style.position !== 'fixed';
    };
    return [...document.querySelectorAll('body *')]
      .filter((e) => e.getBoundingClientRect().right > width + 1 && seen(e) && !e.closest(meant) && !e.closest('.hidden, [aria-hidden=true]'))
      .slice(0, 8)
      .map((e) => `${e.tagName}.${e.getAttribute('class') ?? ''}`);
  });
  await shot(page, `${name}-390`);
  expect.soft(over, `overflow of ${name} at 390`).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
}
