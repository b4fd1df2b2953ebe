/** Whole stories through the pages, from the first sign-in to the last archive. */
import { expect, test } from '@playwright/test';
import { shot } from './look';
import { People } from './people';
import { papers, start } from './server';
import { Player } from './story';

for (const story of ['drunk-driving', 'returned']) {
  test(`${story}, wholly through the pages`, async ({ browser }) => {
    test.setTimeout(20 * 60_000);
    const server = await start();
    const { script, folder, clean } = papers(story, 40);
    const people = new People(browser, server.url);
    const player = new Player(people, script, folder);
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
      clean();
    }
  });
}
