import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { openWorld, until, type World } from './world.ts';

const millions = `mutation {
  grantCredits(input: { userId: "demo", credits: 1234567, reason: "Much" }) { __typename }
}`;

describe.runIf(hasBrowser)('the first visit (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  test('plays a sample in the shape of the form until there is a video of one’s own', async () => {
    const still = await world.visit('/', { reducedMotion: 'reduce' });
    await until(still.page, 'document.querySelector(".sample video")?.readyState >= 2');
    expect(await still.page.evaluate('document.querySelector(".sample video").paused')).toBe(true);

    const { page, outside, troubles } = await world.visit('/');
    await page.getByText('A sample from the built-in sandbox').waitFor();
    await until(page, 'document.querySelector(".sample video").currentTime > 0.2');
    const shown = 'document.querySelector(".sample video")';
    expect(await page.evaluate(`[${shown}.muted, ${shown}.loop, ${shown}.playsInline]`)).toEqual([true, true, true]);
    await page.getByLabel('9:16').check();
    await until(page, `${shown}.videoWidth > 0 && ${shown}.videoHeight > ${shown}.videoWidth`);
    await page.getByText('First steps').waitFor();

    await page.getByLabel('Prompt').fill('@test/ok:1s');
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.locator('.result video').waitFor();
    await page.getByLabel('Pages').getByRole('link', { name: 'Create' }).click();
    await page.getByText('Your video will play here', { exact: true }).waitFor();
    expect(await page.locator('.sample').count()).toBe(0);
    expect([outside, troubles]).toEqual([[], []]);
  }, 180_000);

  test('a phone has room for millions of credits, whose exact number is the title', async () => {
    const before = await world.visit('/credits', { viewport: { width: 360, height: 740 } });
    await before.page.getByTestId('available').waitFor();
    expect(await before.page.evaluate('document.querySelector(".spend").offsetHeight')).toBeLessThan(32);
    await request(world.gateway, millions);
    const { page } = await world.visit('/credits', { viewport: { width: 360, height: 740 } });
    const header = page.locator('.spend');
    await header.getByText('1.2M').waitFor();
    expect(await page.evaluate('document.querySelector(".spend").offsetHeight')).toBeLessThan(32);
    expect(await header.getAttribute('title')).toMatch(/^Credits available: 1,23\d,\d{3}$/);
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(360);
    expect(await page.evaluate('document.querySelector("header").offsetHeight')).toBeLessThan(70);
  }, 180_000);

  test('the colour of the browser’s bars follows the theme that was chosen', async () => {
    const { page } = await world.visit('/', { colorScheme: 'light' });
    const chosen = `[...document.querySelectorAll('meta[name="theme-color"]')]
      .filter(({ media }) => matchMedia(media).matches).map(({ content }) => content).join()`;
    await page.getByRole('button', { name: /^Account of/ }).click();
    expect(await page.evaluate(chosen)).toBe('#f6f5f8');
    await page.getByLabel('Dark').check();
    expect(await page.evaluate(chosen)).toBe('#100e13');
    await page.reload();
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
    expect(await page.evaluate(chosen)).toBe('#100e13');
  }, 180_000);

  test('completed jobs are a grid, until the reader chooses', async () => {
    const { page } = await world.visit('/jobs');
    await page.locator('.job-row').waitFor();
    await page.getByRole('button', { name: 'Completed' }).click();
    await page.locator('.job-card').waitFor();
    await page.getByRole('button', { name: 'Rows' }).click();
    await page.locator('.job-row').waitFor();
    await page.goto(`${world.gateway.url}/jobs?status=completed`);
    await page.locator('.job-row').waitFor();
  }, 180_000);
});
