import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request, subscribe, type TestGateway } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, until, violationsOf, type World } from './world.ts';

/** Makes a job and waits until it has ended. */
async function makeEnded(gateway: TestGateway, prompt: string, externalId: string | null = null): Promise<string> {
  const id = await makeJob(gateway, prompt, externalId);
  await subscribe(gateway, `subscription { jobUpdated(id: "${id}") { status } }`).all();
  return id;
}

async function makeStored(gateway: TestGateway, prompt: string, externalId: string | null = null): Promise<string> {
  const id = await makeEnded(gateway, prompt, externalId);
  await expect.poll(() => storageOf(gateway, id), { timeout: 60_000 }).toBe('STORED');
  return id;
}

async function storageOf(gateway: TestGateway, id: string): Promise<string | undefined> {
  const { data } = await request(gateway, `{ job(id: "${id}") { video { storage } } }`);
  return data.job.video?.storage;
}

const rowOf = (page: Page, id: string) => page.locator(`[data-job="${id}"]`);

describe.runIf(hasBrowser)('a kept video (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  test('shows its poster in a list that was open before, and a field of its shape until then', async () => {
    const { page, outside, troubles } = await world.visit('/jobs');
    await page.getByRole('heading', { name: 'Jobs', exact: true }).waitFor();
    await page.locator('[data-connection="live"]').waitFor({ state: 'attached' });
    const id = await makeJob(world.gateway, '@test/ok:2s with a poster');
    await rowOf(page, id).locator('.poster .ghost').waitFor();
    const poster = rowOf(page, id).getByAltText('First frame of the video');
    await poster.waitFor();
    expect(await poster.getAttribute('loading')).toBe('lazy');
    await until(page, `document.querySelector('[data-job="${id}"] img').naturalWidth > 0`);
    expect(await poster.boundingBox()).toMatchObject({ width: 94, height: 52 });
    expect(outside).toEqual([]);
    expect(troubles).toEqual([]);
  }, 180_000);

  test('has a final link, a download in place, its facts, and says how long it is kept', async () => {
    const id = await makeStored(world.gateway, '@test/ok:1s kept');
    const { data } = await request(world.gateway, `{ job(id: "${id}") { videoUrl video { posterUrl } } }`);
    const { videoUrl, video } = data.job;
    const { page, troubles } = await world.visit(`/jobs/${id}`, { permissions: ['clipboard-write', 'clipboard-read'] });
    await page.locator('video').waitFor();
    expect(await page.locator('video').getAttribute('src')).toBe(videoUrl);
    expect(await page.locator('video').getAttribute('poster')).toBe(video.posterUrl);
    await page.getByText('Kept for as long as this installation exists').waitFor();
    await page.getByText(/^\d+ × \d+, \d+ s, [\d.]+ [kM]B$/).waitFor();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('status').getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(videoUrl);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^video-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.mp4$/);
    expect(page.context().pages().length).toBe(1);
    expect(troubles).toEqual([]);
  }, 180_000);

  test('has its link while the job still runs', async () => {
    const id = await makeJob(world.gateway, '@test/slow:10m ahead');
    const { page } = await world.visit(`/jobs/${id}`, { permissions: ['clipboard-write', 'clipboard-read'] });
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('status').getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/\/videos\/[0-9a-f]{32}\.mp4$/);
    expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
  });
});

describe.runIf(hasBrowser)('a signed link (needs the Debian package chromium)', () => {
  test('that has expired is read again: the download at once, and on request the video plays', async () => {
    const world = await openWorld({ MEDIA_ACCESS: 'signed' });
    try {
      const id = await makeStored(world.gateway, '@test/ok:1s signed');
      const { page } = await world.visit('/credits');
      // The page has been open for longer than its links last.
      let isOld = true;
      await page.route('**/graphql', async (route) => {
        const response = await route.fetch();
        const text = await response.text();
        await route.fulfill({ response, body: isOld ? text.replaceAll(/expires=\d+/g, 'expires=1') : text });
        isOld &&= !text.includes('expires=');
      });
      await page.goto(`${world.gateway.url}/jobs/${id}`);
      await page.getByText('Its link has expired.').waitFor();
      await page.getByRole('link', { name: 'Open the link' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      const download = page.getByRole('link', { name: 'Download' });
      await expect.poll(() => download.getAttribute('href')).toMatch(/expires=\d{10}&/);
      await page.getByRole('button', { name: 'Load it again' }).click();
      await until(page, 'document.querySelector("video")?.readyState >= 2');
    } finally {
      await world.close();
    }
  }, 180_000);
});

describe.runIf(hasBrowser)('deleting a job (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  test('asks first, by keyboard too, and shows on every open page that it is gone', async () => {
    const id = await makeStored(world.gateway, '@test/ok:1s a secret', 'a-reference');
    await makeEnded(world.gateway, '@test/submit:502');
    const list = await world.visit('/jobs?reference=a-reference');
    const all = await world.visit('/jobs');
    const open = await world.visit(`/jobs/${id}`);
    await rowOf(list.page, id).waitFor();
    await rowOf(all.page, id).getByAltText('First frame of the video').waitFor();
    await open.page.locator('video').waitFor();

    const { page, troubles } = await world.visit(`/jobs/${id}`);
    const button = page.getByRole('button', { name: 'Delete' });
    await button.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Delete this job?' });
    await dialog.getByText('its prompt and reference, its video and its poster').waitFor();
    await dialog.getByText('its price, times, history and entries in your credits').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Keep the job');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Delete …');

    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    for (const each of [page, open.page]) {
      await each.getByRole('heading', { level: 1, name: 'Deleted job' }).waitFor();
      await each.getByText('This job was deleted').waitFor();
      await each.locator('.timeline').getByText('Deleted: its prompt').waitFor();
      await each.getByText('67 credits, paid').waitFor();
      expect(await each.locator('video').count()).toBe(0);
      expect(await each.locator('.job-actions').count()).toBe(0);
    }
    await until(page, 'document.activeElement?.id === "main"');
    expect(await violationsOf(page)).toEqual([]);

    await rowOf(list.page, id).waitFor({ state: 'detached' });
    await until(list.page, 'document.querySelector("h1 + .quiet").textContent === "0"');
    await rowOf(all.page, id).getByText('Deleted job').waitFor();
    await rowOf(all.page, id).locator('.poster .ghost').waitFor();
    await expect.poll(() => all.page.locator('h1 + .quiet').textContent()).toBe('2');
    await all.page.getByText('A job was deleted.').waitFor({ state: 'attached' });
    await page.goto(`${world.gateway.url}/credits`);
    await page.getByRole('link', { name: 'Deleted job' }).waitFor();
    expect(await page.content()).not.toContain('a secret');
    expect(troubles).toEqual([]);
  }, 180_000);

  test('says what is left to go, and why it was refused', async () => {
    const id = await makeEnded(world.gateway, '@test/submit:502 kept');
    const { page } = await world.visit(`/jobs/${id}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('its prompt and reference. Nobody can bring them back.').waitFor();
    await page.route('**/graphql', (route) => route.abort());
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await dialog.getByText('The gateway can’t be reached.').waitFor();
    await page.unroute('**/graphql');
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('It never had a video.').waitFor();
  }, 180_000);
});

describe.runIf(hasBrowser)('an installation that keeps no videos (needs the Debian package chromium)', () => {
  test('plays them from the provider, and says that they are there', async () => {
    const world = await openWorld({ MEDIA_STORE: 'none' });
    try {
      const id = await makeEnded(world.gateway, '@test/ok:1s there');
      const { page, troubles } = await world.visit(`/jobs/${id}`);
      await until(page, 'document.querySelector("video")?.readyState >= 2');
      expect(await page.locator('video').getAttribute('src')).toContain('/sandbox/');
      await page.getByText('At the provider, which doesn’t say for how long').waitFor();
      await page.goto(`${world.gateway.url}/jobs`);
      await rowOf(page, id).locator('.poster .ghost').waitFor();
      expect(troubles).toEqual([]);
    } finally {
      await world.close();
    }
  }, 180_000);
});
