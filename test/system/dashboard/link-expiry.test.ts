import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, until } from './world.ts';

describe.runIf(hasBrowser)('a list that stays open for hours (needs the Debian package chromium)', () => {
  test.each([
    ['is expired', 'expires=1'],
    ['is refused', 'expires=9999999999'],
  ])(
    'reads a job again whose signed link %s',
    async (_, written) => {
      const world = await openWorld({ MEDIA_ACCESS: 'signed' });
      try {
        const id = await makeJob(world.gateway, '@test/ok:1s signed');
        const { page } = await world.visit('/jobs');
        await page.locator(`[data-job="${id}"] .poster img`).waitFor();

        let lists = 0;
        await page.route('**/graphql', async (route) => {
          const response = await route.fetch();
          const text = await response.text();
          const isList = text.includes('"nodes"');
          if (isList) lists += 1;
          await route.fulfill({ response, body: isList ? text.replaceAll(/expires=\d+/g, written) : text });
        });
        await page.reload();
        await until(page, 'document.querySelector(".poster img")?.naturalWidth > 0');
        expect(await page.locator('.poster img').getAttribute('src')).not.toContain(`${written}&`);
        expect(lists).toBeGreaterThan(0);
      } finally {
        await world.close();
      }
    },
    180_000,
  );
});
