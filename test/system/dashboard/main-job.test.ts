import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, until, type World } from './world.ts';

describe.runIf(hasBrowser)('the dashboard in a real browser (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  test('leads a newcomer from the first visit to a playing video, and contacts no other host', async () => {
    const { page, outside, troubles } = await world.visit('/');
    await page.getByText('TEST', { exact: true }).waitFor();
    await page.getByLabel('Prompt').fill('@test/ok:2s');
    await page.getByLabel('1:1').check();
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.waitForURL('**/?job=*');
    await page.locator('.result').getByRole('progressbar').waitFor();

    await page.locator('video').waitFor();
    await until(page, 'document.querySelector("video").readyState >= 2');
    await until(page, 'document.querySelector("video").currentTime > 0.3');
    expect(await page.evaluate('document.querySelector("video").videoWidth')).toBeGreaterThan(0);
    await page.locator('.result').getByRole('link', { name: '@test/ok:2s' }).click();
    await page.waitForURL('**/jobs/*');
    await page.getByText('The video is ready.').waitFor();
    await page.getByText('67 credits, paid').waitFor();
    await page.getByTestId('available').getByText('933').waitFor();
    const download = await page.getByRole('link', { name: 'Download' }).getAttribute('href');
    expect(download).toMatch(/\/videos\/[0-9a-f]{32}\.mp4\?download$/);
    expect(outside).toEqual([]);
    expect(troubles).toEqual([]);

    // This time nobody was waiting for it.
    await page.reload();
    await until(page, 'document.querySelector("video")?.readyState >= 2');
    expect(await page.evaluate('document.querySelector("video").paused')).toBe(true);
  }, 180_000);

  test('autoplays no video for users who prefer reduced motion', async () => {
    const { page } = await world.visit('/', { reducedMotion: 'reduce' });
    await page.getByLabel('Prompt').fill('@test/ok:2s');
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.locator('.result').getByRole('progressbar').waitFor();
    await until(page, 'document.querySelector("video")?.readyState >= 2');
    expect(await page.evaluate('document.querySelector("video").paused')).toBe(true);
  }, 180_000);

  test('offers each scenario of the sandbox at one click', async () => {
    const { page } = await world.visit('/');
    await page.getByRole('button', { name: 'Test scenarios' }).click();
    await page.getByRole('button', { name: '@test/submit:406' }).click();
    await expect.poll(() => page.getByLabel('Prompt').inputValue()).toBe('@test/submit:406');
  });

  test('keeps two tabs in step', async () => {
    const [one, other] = await Promise.all([world.visit('/jobs'), world.visit('/jobs')]);
    const rowsOf = ({ page }: typeof one) => page.locator('[data-job]').filter({ hasText: 'in step' });
    await one.page.getByRole('heading', { name: 'Jobs', exact: true }).waitFor();
    const id = await makeJob(world.gateway, '@test/ok:3s in step');
    for (const tab of [one, other]) {
      await rowsOf(tab).first().waitFor();
      await rowsOf(tab).getByText('Completed').waitFor();
      expect(await rowsOf(tab).getAttribute('data-job')).toBe(id);
    }
    const credits = (tab: typeof one) => tab.page.getByTestId('available').textContent();
    await expect.poll(async () => (await credits(one)) === (await credits(other))).toBe(true);
  }, 180_000);

  test('a row keeps the focus when its job ends', async () => {
    const { page } = await world.visit('/jobs');
    await page.locator('[data-connection="live"]').waitFor({ state: 'attached' });
    const id = await makeJob(world.gateway, '@test/ok:6s in focus');
    const row = page.locator(`[data-job="${id}"]`);
    await row.getByRole('progressbar').waitFor();
    await row.focus();
    await row.getByText('Completed').waitFor();
    expect(await page.evaluate('document.activeElement.dataset.job')).toBe(id);
  }, 180_000);

  test('can be used with the keyboard alone', async () => {
    const { page } = await world.visit('/credits');
    await page.getByRole('heading', { name: 'Credits' }).waitFor();
    await page.keyboard.press('n');
    await until(page, 'document.activeElement?.id === "prompt"');
    await page.keyboard.type('@test/ok:1s by hand n/j');
    // Past four examples and the scenarios.
    for (let stop = 0; stop < 6; stop += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByLabel('9:16').isChecked()).toBe(true);
    for (const stop of ['seed', 'die', 'reference', 'button']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.matches(":focus-visible")'), stop).toBe(true);
    }
    await page.keyboard.press('Enter');
    await page.locator('.result').getByText('by hand').waitFor();

    await page.keyboard.press('/');
    await until(page, 'document.activeElement?.id === "search"');
    await page.keyboard.press('Tab');
    await page.locator('[data-job]').filter({ hasText: 'by hand' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await page.evaluate('document.activeElement.textContent')).toContain('by hand');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'by hand' }).waitFor();

    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('New video').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }, 180_000);
});
