import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, violationsOf, type World } from './world.ts';

const rowsOf = (page: Page) => page.locator('[data-job]');

describe.runIf(hasBrowser)('selected jobs (need the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  test('leave the list by an action, whose outcome stays until it is closed', async () => {
    for (const name of ['one', 'two']) await makeJob(world.gateway, `@test/pending:2m leaving ${name}`);
    await makeJob(world.gateway, '@test/submit:502 deleted');
    const { page, troubles } = await world.visit('/jobs?status=running');
    await expect.poll(() => rowsOf(page).count()).toBe(2);
    await page.getByText('Select all').click();
    await page.getByRole('button', { name: 'Cancel 2' }).click();
    await page.getByText('No running jobs').waitFor();
    const bar = page.getByRole('region', { name: 'Selected jobs' });
    await bar.getByRole('status').getByText('2 canceled.').waitFor();
    expect(await bar.getByText('selected').count()).toBe(0);
    await bar.getByRole('button', { name: 'Close' }).click();
    await bar.waitFor({ state: 'detached' });

    await page.goto(`${world.gateway.url}/jobs?q=deleted`);
    await rowsOf(page).first().waitFor();
    await page.getByText('Select all').click();
    await page.getByRole('button', { name: 'Delete … 1' }).click();
    await page.getByRole('dialog', { name: 'Delete 1 job?' }).getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('No jobs match').waitFor();
    await bar.getByRole('status').getByText('1 deleted.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(troubles).toEqual([]);
  }, 180_000);

  test('are downloaded one after the other', async () => {
    for (const name of ['one', 'two']) await makeJob(world.gateway, `@test/ok:1s saved ${name}`);
    const { page } = await world.visit('/jobs?q=saved');
    await expect.poll(() => page.getByAltText('First frame of the video').count()).toBe(2);
    await page.getByText('Select all').click();
    const names: string[] = [];
    page.on('download', (download) => names.push(download.suggestedFilename()));
    await page.getByRole('button', { name: 'Download 2' }).click();
    await page.getByText('2 downloaded.').waitFor();
    await expect.poll(() => names.length).toBe(2);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^video-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.mp4$/);
  }, 180_000);
});
