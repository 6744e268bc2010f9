import { describe, expect, test } from 'vitest';
import { openWorld } from '../dashboard/world.ts';
import { hasBrowser } from '../world/browser.ts';

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

describe.runIf(hasBrowser)('GraphiQL’s way to the dashboard (needs the Debian package chromium)', () => {
  test('is a link beside Reelgate’s mark, also on a phone and where the browser keeps nothing', async () => {
    const world = await openWorld();
    try {
      const { page, troubles } = await world.visit('/graphql');
      await page.getByText('Reelgate · TEST').waitFor();
      expect(await page.locator('.graphiql-logo img').getAttribute('src')).toContain('data:image/svg+xml');
      expect(await page.locator('.graphiql-logo svg').count()).toBe(0);
      await page.getByRole('link', { name: 'Dashboard' }).click();
      await page.getByRole('heading', { name: 'Create a video' }).waitFor();
      expect(troubles).toEqual([]);

      const small = await world.visit('/graphql', phone);
      const link = small.page.getByRole('link', { name: 'Dashboard' });
      await link.waitFor();
      const box = await link.boundingBox();
      expect((box?.x ?? 360) + (box?.width ?? 360)).toBeLessThanOrEqual(360);
      expect(box?.height).toBeGreaterThanOrEqual(24);
      expect(await small.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      await link.tap();
      await small.page.getByRole('heading', { name: 'Create a video' }).waitFor();

      const context = await world.browser.newContext();
      await context.addInitScript(`
        for (const name of ['sessionStorage', 'localStorage']) {
          Object.defineProperty(window, name, { get() { throw new DOMException('Access is denied', 'SecurityError'); } });
        }
      `);
      const blocked = await context.newPage();
      await blocked.goto(`${world.gateway.url}/graphql`);
      await blocked.getByText('generateVideo').first().waitFor();
      await blocked.getByRole('button', { name: /execute query/i }).click();
      await blocked.locator('.graphiql-response').getByText('"data"').first().waitFor();
      await context.close();
    } finally {
      await world.close();
    }
  }, 240_000);
});
