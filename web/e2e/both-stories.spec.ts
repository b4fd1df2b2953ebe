/** Whole stories through the pages, from the first sign-in to the last archive. */
import { type Page, expect, test } from '@playwright/test';
import { look, shot } from './look';
import { People } from './people';
import type { Step } from './script';
import { papers } from './made';
import { start } from './server';
import { Player } from './story';

/** Forms of acts that are looked at closely, each once: reading, contrast, nothing that overflows. */
const CLOSELY: Record<string, string> = {
  'GA01.register': '03-register',
  'GA01.fill_card': '04-fill-card',
  'GA01.collect': '05-collect',
  'GA01.transfer': '08-transfer',
  'XQ01.accept': '10-accept',
  'XQ01.assign': '11-assign',
};

/** Looks at a page the first time that a step comes to it. */
function closely(names: Record<string, string>): (step: Step, page: Page) => Promise<void> {
  const left = new Map(Object.entries(names));
  return async (step, page) => {
    const name = left.get(step.do);
    left.delete(step.do);
    if (name) await look(page, name);
  };
}

for (const story of ['drunk-driving', 'returned'] as const) {
  test(`${story}, wholly through the pages`, async ({ browser }) => {
    test.setTimeout(20 * 60_000);
    const server = await start();
    const { script, folder } = papers(story);
    const people = new People(browser, server.url);
    const first = story === 'drunk-driving';
    const player = new Player(
      people,
      script,
      folder,
      closely(first ? CLOSELY : {}),
      closely(first ? { 'GA01.file_case': '07-case' } : {}),
      closely(first ? { 'GA01.file_case': '06-approve' } : {}),
    );
    try {
      for (const [i, step] of script.steps.entries()) {
        console.log(`${i + 1}/${script.steps.length} ${step.at} ${step.who} ${step.do}`);
        await test.step(`${step.at} ${step.do}`, () => player.step(step));
      }
      const verified = await people.get<{ defects: unknown[] }>('audit', '/api/verification?deadlines=true');
      expect(verified.defects).toEqual([]);
      const final = script.steps.at(-1);
      if (!final) throw new Error('an empty story');
      const last = await people.page(await player.login(final));
      await shot(last, `story-${story}-end`);
      expect(people.complaints).toEqual([]);
    } finally {
      await people.close();
      await server.stop();
    }
  });
}
