import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, until, type World } from './world.ts';

const rowsOf = (page: Page) => page.locator('[data-job]');
const queryOf = (page: Page) => new URL(page.url()).search;

describe.runIf(hasBrowser)('the page of jobs (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ USER_JOBS_PER_MINUTE: '1000' });
    for (let made = 0; made < 130; made += 1) await makeJob(world.gateway, '@test/submit:500', `bulk-${made}`);
    await makeJob(world.gateway, '@test/submit:400 a red boat', 'boat-1');
    await makeJob(world.gateway, '@test/ok:1s a blue boat', 'boat-2');
  }, 240_000);
  afterAll(() => world.close());

  test('finds jobs by status, words, reference, failure, shape and date, and keeps all that in the address', async () => {
    const { page, troubles } = await world.visit('/jobs');
    const rows = rowsOf(page);
    await until(page, 'document.querySelector("h1 + .quiet")?.textContent === "132"');
    await page.getByLabel('Search jobs').fill('a RED boat');
    await until(page, 'document.querySelectorAll("[data-job]").length === 1');
    expect(queryOf(page)).toBe('?q=a+RED+boat');
    await page.getByLabel('Search jobs').fill('ref:bulk-7');
    await until(page, 'document.querySelector("[data-job] .external")?.textContent === "bulk-7"');
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole('button', { name: 'Completed' }).click();
    await page.getByText('No jobs match').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('button', { name: 'Canceled' }).click();
    await page.getByText('No canceled jobs').waitFor();

    await page.getByText('More filters').click();
    await page.getByLabel('Failure').selectOption({ label: 'Provider bad request' });
    await until(page, 'document.querySelectorAll("[data-job]").length === 1');
    await page.getByLabel('Shape').selectOption({ label: '9:16' });
    await page.getByText('No jobs match').waitFor();
    await page.getByLabel('Shape').selectOption({ label: '16:9' });
    await rows.first().waitFor();
    expect(queryOf(page)).toBe('?failure=provider_bad_request&shape=16%3A9');
    await page.reload();
    await until(page, 'document.querySelectorAll("[data-job]").length === 1');
    await page.getByLabel('Until').fill('2020-01-01');
    await page.getByText('No jobs match').waitFor();
    expect(troubles).toEqual([]);
  }, 180_000);

  test('holds few rows at a time, loads more as one scrolls, and Back finds filter and place again', async () => {
    const { page } = await world.visit('/jobs?status=failed');
    const rows = rowsOf(page);
    await rows.first().waitFor();
    expect(await rows.first().locator('xpath=ancestor::li').getAttribute('aria-setsize')).toBe('100');
    await page.mouse.wheel(0, 100_000);
    await until(page, 'document.querySelector(".job-list > li")?.getAttribute("aria-setsize") === "131"');
    await page.mouse.wheel(0, 100_000);
    await page.getByText('You’ve reached the end.').waitFor();
    await page.locator('[aria-posinset="131"]').waitFor();
    await expect.poll(() => rows.count()).toBeLessThan(50);
    const scrolledTo = await page.evaluate<number>('scrollY');
    expect(scrolledTo).toBeGreaterThan(5000);

    const row = page.locator('[aria-posinset="128"] [data-job]');
    const id = await row.getAttribute('data-job');
    await row.click();
    await page.getByRole('heading', { name: '@test/submit:500' }).waitFor();
    await until(page, 'scrollY === 0');
    await page.goBack();
    await page.locator(`[data-job="${id}"]`).waitFor();
    await until(page, `Math.abs(scrollY - ${scrolledTo}) < 200`);
    expect(await page.getByRole('button', { name: 'Failed' }).getAttribute('aria-pressed')).toBe('true');
  }, 180_000);

  test('keeps the place once a scroll rests, not at each of its steps', async () => {
    const { page } = await world.visit('/jobs?status=failed');
    await rowsOf(page).first().waitFor();
    const written = await page.evaluate<number>(`new Promise((resolve) => {
      let [steps, written] = [0, 0];
      const write = history.replaceState;
      history.replaceState = (...entry) => {
        written += 1;
        write.apply(history, entry);
      };
      const next = () => {
        if (steps++ === 60) return resolve(written);
        scrollBy(0, 20);
        requestAnimationFrame(next);
      };
      next();
    })`);
    // On a busy machine a frame can take as long as a rest.
    expect(written).toBeLessThan(30);
    await until(page, 'scrollY > 1000 && history.state?.scrolledTo === scrollY');
  }, 180_000);

  test('shows posters as a grid, and plays a video under the pointer', async () => {
    const { page, troubles } = await world.visit('/jobs?q=blue+boat');
    await page.getByRole('button', { name: 'Grid' }).click();
    expect(queryOf(page)).toContain('view=grid');
    const card = page.locator('.job-card');
    await card.getByAltText('First frame of the video').waitFor();
    expect(await page.locator('video').count()).toBe(0);
    await card.hover();
    await until(page, 'document.querySelector(".job-card video")?.currentTime > 0.1');
    await page.mouse.move(0, 0);
    await page.locator('.job-card video').waitFor({ state: 'detached' });
    expect(troubles).toEqual([]);
  });

  test('tries, cancels and deletes many jobs at once, and says what was refused', async () => {
    const running = await makeJob(world.gateway, '@test/pending:2m many', 'many-1');
    const failed = await makeJob(world.gateway, '@test/submit:500 many', 'many-2');
    const { page } = await world.visit('/jobs?q=many');
    await rowsOf(page).nth(1).waitFor();
    await page.locator(`[data-job="${failed}"]`).focus();
    await page.keyboard.press('x');
    await page.getByText('1 selected').waitFor();
    await page.getByText('Select all').click();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Cancel 1' }).click();
    await page.getByText('1 canceled.').waitFor();
    await page.locator(`[data-job="${running}"][data-status="CANCELED"]`).waitFor();
    // The sandbox refuses the new job as it refused the first.
    await page.getByRole('button', { name: 'Try again … 2' }).click();
    const question = page.getByRole('dialog', { name: 'Try 2 jobs again?' });
    await question.getByText('Each becomes a new job with the same input, for 67 credits.').waitFor();
    await question.getByRole('button', { name: 'Don’t' }).click();
    await question.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Try again … 2' }).click();
    await question.getByRole('button', { name: 'Try again · 134 credits' }).click();
    await page.getByText(/1 tried again\. 1 refused: /).waitFor();
    await page.getByRole('button', { name: 'Delete … 2' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
    await page.locator(`[data-job="${failed}"]`).waitFor({ state: 'detached' });
    const { data } = await request(
      world.gateway,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Job { prompt deletedAt } } }',
      { ids: [running, failed] },
    );
    expect(data.nodes).toEqual([
      { prompt: '', deletedAt: expect.any(String) },
      { prompt: '', deletedAt: expect.any(String) },
    ]);
  }, 180_000);
});

describe.runIf(hasBrowser)('a shape, by which the gateway does not filter (needs the Debian package chromium)', () => {
  test('is found on a later page, and the count says among how many jobs until then', async () => {
    const world = await openWorld({ USER_JOBS_PER_MINUTE: '1000' });
    try {
      await request(
        world.gateway,
        `mutation { generateVideo(input: { prompt: "@test/submit:500 upright", aspectRatio: PORTRAIT_9_16 }) { __typename } }`,
      );
      for (let made = 0; made < 104; made += 1) await makeJob(world.gateway, '@test/submit:500');
      const { page } = await world.visit('/credits');
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route('**/graphql', async (route) => {
        if (/"after":"/.test(route.request().postData() ?? '')) await held;
        await route.continue();
      });
      await page.goto(`${world.gateway.url}/jobs?shape=9:16`);
      await page.getByTestId('count').getByText('0 found in the newest 100').waitFor();
      release();
      await page.getByRole('link', { name: '@test/submit:500 upright' }).waitFor();
      await until(page, 'document.querySelector("h1 + .quiet").textContent === "1 found"');
    } finally {
      await world.close();
    }
  }, 240_000);
});
