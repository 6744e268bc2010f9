import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { request, tokenOf } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { create, type KitWorld, openKitWorld, openSleepyBrowser } from './kit-world.ts';

const withinMs = 180_000;

describe.runIf(hasBrowser)('the kit in a page (needs the Debian package chromium)', () => {
  let world: KitWorld;

  beforeAll(async () => {
    world = await openKitWorld();
  }, withinMs);

  afterAll(() => world.close());

  beforeEach(() => {
    world.provider.script = {};
  });

  it(
    'makes one video of StrictMode, a double click and a reload',
    async () => {
      const site = await world.openSite();
      const release = world.holdSubmissions();
      const page = await world.openPage(`${site.url}/app?user=double`);
      await page.getByLabel('Prompt').fill('One video');
      await page.getByRole('button', { name: 'Create' }).dblclick();
      await expect.poll(() => world.submissionsOf('One video').length).toBe(1);
      // The answer to the first request never reaches the page.
      await page.reload();
      await page.locator('output', { hasText: 'pending' }).waitFor();
      await create(page, 'One video');
      release();
      await page.locator('output', { hasText: 'done' }).waitFor();
      await page.locator('video').waitFor({ state: 'attached' });
      await page.locator('li', { hasText: 'One video: COMPLETED' }).waitFor();
      expect(await page.locator('li').count()).toBe(1);
      expect(world.submissionsOf('One video')).toHaveLength(1);
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    },
    withinMs,
  );

  it(
    'makes one video of a page that requests it by itself, mounted twice and reloaded',
    async () => {
      const site = await world.openSite();
      const release = world.holdSubmissions();
      const page = await world.openPage(`${site.url}/app?user=auto&auto=By+itself`);
      await expect.poll(() => world.submissionsOf('By itself').length).toBe(1);
      await page.reload();
      release();
      await page.locator('video').waitFor({ state: 'attached' });
      expect(world.submissionsOf('By itself')).toHaveLength(1);
    },
    withinMs,
  );

  it(
    'takes server-sent events where WebSockets are blocked, and polls where both are',
    async () => {
      const site = await world.openSite();
      site.sockets = 'refused';
      const page = await world.openPage(`${site.url}/app?user=blocked`);
      await page.locator('[data-way="stream"]').waitFor();
      await create(page, 'Without sockets');
      await page.locator('li', { hasText: 'Without sockets: COMPLETED' }).waitFor();
      site.streams = 'held';
      await page.reload();
      await page.locator('[data-way="poll"]').waitFor();
      await create(page, 'With queries only');
      await page.locator('video').waitFor({ state: 'attached' });
      await page.locator('li', { hasText: 'With queries only: COMPLETED' }).waitFor();
      await page.getByText('0 credits held').waitFor();
    },
    withinMs,
  );

  it(
    'goes on with a fresh token when the first expires',
    async () => {
      const site = await world.openSite(4);
      const release = world.holdJobs();
      const page = await world.openPage(`${site.url}/app?user=expiring`);
      await create(page, 'Outlives a token');
      await page.locator('li', { hasText: 'Outlives a token: PROCESSING' }).waitFor();
      await expect.poll(site.asked).toBe(2);
      release();
      await page.locator('video').waitFor({ state: 'attached' });
      await page.locator('li', { hasText: 'Outlives a token: COMPLETED' }).waitFor();
      expect(site.asked()).toBe(2);
    },
    withinMs,
  );

  it(
    'shows the jobs of one tab in the other; a copied tab repeats no request',
    async () => {
      const site = await world.openSite();
      const context = await world.browser.newContext();
      onTestFinished(() => context.close());
      const one = await world.openPage(`${site.url}/app?user=tabs`, context);
      const two = await world.openPage(`${site.url}/app?user=tabs`, context);
      await create(one, 'Of the first tab');
      await two.locator('li', { hasText: 'Of the first tab: COMPLETED' }).waitFor();

      const release = world.holdSubmissions();
      await create(one, 'Of a copied tab');
      await expect.poll(() => world.submissionsOf('Of a copied tab').length).toBe(1);
      // A tab that is opened by a page starts with a copy of its session storage, as a duplicated tab does.
      const [copy] = await Promise.all([context.waitForEvent('page'), one.evaluate('void open(location.href)')]);
      copy.setDefaultTimeout(120_000);
      await copy.locator('output', { hasText: 'pending' }).waitFor();
      // Another tab that asks for the same has a wish of its own.
      await create(two, 'Of a copied tab');
      await expect.poll(() => world.submissionsOf('Of a copied tab').length).toBe(2);
      release();
      for (const page of [one, copy, two]) await page.locator('output', { hasText: 'done' }).waitFor();
      expect(world.submissionsOf('Of a copied tab')).toHaveLength(2);
    },
    withinMs,
  );

  it('shows what happened while the machine slept for a minute', async () => {
    const site = await world.openSite();
    const release = world.holdJobs();
    const sleepy = await openSleepyBrowser();
    const page = await world.openPage(`${site.url}/app?user=sleepy`, sleepy.browser);
    await create(page, 'While asleep');
    await page.locator('li', { hasText: 'While asleep: PROCESSING' }).waitFor();
    sleepy.sleep();
    release();
    const token = await tokenOf('sleepy', { env: 'live' });
    const running = '{ jobs(filter: { status: [QUEUED, PROCESSING] }) { totalCount } }';
    await expect.poll(async () => (await request(world.gateway, running, {}, token)).data.jobs.totalCount).toBe(0);
    await setTimeout(60_000);
    sleepy.wake();
    await page.locator('video').waitFor({ state: 'attached' });
    await page.locator('li', { hasText: 'While asleep: COMPLETED' }).waitFor();
    await page.getByText('0 credits held').waitFor();
  }, 240_000);
});
