import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser } from '../world/browser.ts';
import { create, type KitWorld, openKitWorld } from './kit-world.ts';

const withinMs = 180_000;

describe.runIf(hasBrowser)('the kit’s hooks in a page (needs the Debian package chromium)', () => {
  let world: KitWorld;

  beforeAll(async () => {
    world = await openKitWorld();
  }, withinMs);

  afterAll(() => world.close());

  beforeEach(() => {
    world.provider.script = {};
  });

  it(
    'sends nothing by itself after an error was shown, or after a reset',
    async () => {
      const site = await world.openSite();
      const page = await world.openPage(`${site.url}/app?user=careful`);
      await page.locator('[data-connection="live"]').waitFor();
      site.requests = 'refused';
      await create(page, 'Given up');
      await page.locator('output', { hasText: 'failed' }).waitFor();
      site.requests = 'open';
      await page.getByRole('button', { name: 'Leave' }).click();
      await page.getByRole('button', { name: 'Return' }).click();
      await page.locator('output', { hasText: 'idle' }).waitFor();
      site.requests = 'held';
      await create(page, 'Reset');
      await page.locator('output', { hasText: 'pending' }).waitFor();
      await page.getByRole('button', { name: 'Reset' }).click();
      await page.locator('output', { hasText: 'idle' }).waitFor();
      site.requests = 'open';
      await page.reload();
      await page.locator('[data-connection="live"]').waitFor();
      await create(page, 'Something else');
      await page.locator('li', { hasText: 'Something else: COMPLETED' }).waitFor();
      await page.reload();
      await page.locator('li', { hasText: 'Something else: COMPLETED' }).waitFor();
      await page.locator('output', { hasText: 'idle' }).waitFor();
      expect(await page.locator('li').count()).toBe(1);
      expect([...world.submissionsOf('Given up'), ...world.submissionsOf('Reset')]).toEqual([]);
      // Asked for again, it has the key of before.
      await create(page, 'Given up');
      await page.locator('li', { hasText: 'Given up: COMPLETED' }).waitFor();
      const keys = site.sent
        .map(({ variables }) => variables['input'] as { prompt?: string; idempotencyKey: string } | undefined)
        .filter((input) => input?.prompt === 'Given up')
        .map((input) => input?.idempotencyKey);
      expect(new Set(keys).size).toBe(1);
      expect(keys.length).toBeGreaterThan(1);
    },
    withinMs,
  );

  it(
    'lists more jobs on demand, and says when the connection is lost',
    async () => {
      const site = await world.openSite();
      const page = await world.openPage(`${site.url}/app?user=lister&first=2`);
      await page.locator('[data-connection="live"]').waitFor();
      for (const prompt of ['One', 'Two', 'Three']) {
        await create(page, prompt);
        await page.locator('li', { hasText: `${prompt}: COMPLETED` }).waitFor();
      }
      await page.reload();
      await page.locator('li', { hasText: 'Three: COMPLETED' }).waitFor();
      expect(await page.locator('li').count()).toBe(2);
      await page.getByRole('button', { name: 'More' }).dblclick();
      await page.locator('li', { hasText: 'One: COMPLETED' }).waitFor();
      expect(await page.locator('li').count()).toBe(3);
      expect(await page.getByRole('button', { name: 'More' }).count()).toBe(0);
      Object.assign(site, { sockets: 'refused', requests: 'refused' });
      site.cut();
      await page.locator('[data-connection="lost"]').waitFor();
      Object.assign(site, { sockets: 'open', requests: 'open' });
      await page.locator('[data-connection="live"]').waitFor();
    },
    withinMs,
  );

  it(
    'reads a link again that does not play any more, and offers another try where that does not help',
    async () => {
      const site = await world.openSite();
      const page = await world.openPage(`${site.url}/app?user=player`);
      await page.locator('[data-connection="live"]').waitFor();
      // Links that are signed, and expire: a reading of the job has a new one.
      let isAway = false;
      await page.route(/\.mp4$/, (route) => route.abort());
      await page.route(/\.mp4\?signed$/, (route) => (isAway ? route.abort() : route.fallback()));
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes('query Job(')) return route.fallback();
        const response = await route.fetch();
        return route.fulfill({ response, body: (await response.text()).replaceAll('x.mp4"', 'x.mp4?signed"') });
      });
      await create(page, 'Signed');
      const isPlayable = () => page.evaluate('(document.querySelector("video")?.readyState ?? 0) > 0');
      await page.locator('video[src$="?signed"]').waitFor({ state: 'attached' });
      await expect.poll(isPlayable).toBe(true);
      isAway = true;
      await page.evaluate('document.querySelector("video").load()');
      await page.getByText('The video cannot be played right now.').waitFor();
      isAway = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await expect.poll(isPlayable).toBe(true);
      expect(await page.getByRole('alert').count()).toBe(0);
    },
    withinMs,
  );
});
