import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Gate, openGate } from '../../client/gate.ts';
import { makeFolder, request, startGateway, type TestGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { openTestProvider, respond, type TestProvider } from '../../world/provider.ts';
import { hasBrowser, openBrowser } from '../world/browser.ts';
import { bundlePage, openSleepyBrowser, openTab } from './kit-world.ts';

const withinMs = 180_000;

describe.runIf(hasBrowser)('the kit in a page (needs the Debian package chromium)', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let provider: TestProvider;
  let gateway: TestGateway;
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    folder = await makeFolder();
    provider = await openTestProvider();
    gateway = await startGateway(folder.path, {
      SEGMIND_API_KEY: 'SG_0123456789abcdef',
      SEGMIND_BASE_URL: provider.url,
      AUTH_JWT_SECRET: testSecret,
      POLL_INTERVAL_MS: '100',
      SEGMIND_REQUESTS_PER_MINUTE: '100000',
      SIGNUP_CREDITS: '1000000',
      MEDIA_STORE: 'none',
    });
    browser = await openBrowser();
    script = await bundlePage();
  }, withinMs);

  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await provider.close();
    await folder.remove();
  });

  beforeEach(() => {
    provider.script = {};
  });

  /** Serves the page in front of the gateway. `seconds`: how long each user's first token lives. */
  async function openSite(seconds = 3600): Promise<Gate & { readonly asked: () => number }> {
    let asked = 0;
    const gate = await openGate(gateway.url, {
      '/app': '<!doctype html><title>Test</title><body><script type="module" src="/app.js"></script>',
      '/app.js': script,
      '/token': (query) => {
        asked += 1;
        const livesFor = asked === 1 ? seconds : 3600;
        return tokenOf(query.get('user') ?? '', { env: 'live' }, Math.floor(Date.now() / 1000) + livesFor);
      },
    });
    onTestFinished(() => gate.close());
    return Object.assign(gate, { asked: () => asked });
  }

  async function openPage(url: string, within: { newPage(): Promise<Page> } = browser): Promise<Page> {
    const page = await openTab(within, url);
    onTestFinished(() => page.close());
    return page;
  }

  const submissionsOf = (prompt: string) => provider.submissions.filter((each) => each.prompt === prompt);

  /** Lets the provider accept nothing until the returned function is called. */
  function holdSubmissions(): () => void {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    provider.script = { submit: () => held.then(() => false) };
    return release;
  }

  /** Keeps jobs from ending until the returned function is called. */
  function holdJobs(): () => void {
    provider.script = { poll: (_job, response) => respond(response, 200, { status: 'PROCESSING', output: '' }) };
    return () => {
      provider.script = {};
    };
  }

  async function create(page: Page, prompt: string): Promise<void> {
    await page.getByLabel('Prompt').fill(prompt);
    await page.getByRole('button', { name: 'Create' }).click();
  }

  it(
    'makes one video of StrictMode, a double click and a reload',
    async () => {
      const site = await openSite();
      const release = holdSubmissions();
      const page = await openPage(`${site.url}/app?user=double`);
      await page.getByLabel('Prompt').fill('One video');
      await page.getByRole('button', { name: 'Create' }).dblclick();
      await expect.poll(() => submissionsOf('One video').length).toBe(1);
      // The answer to the first request never reaches the page.
      await page.reload();
      await page.locator('output', { hasText: 'pending' }).waitFor();
      await create(page, 'One video');
      release();
      await page.locator('output', { hasText: 'done' }).waitFor();
      await page.locator('video').waitFor({ state: 'attached' });
      await page.locator('li', { hasText: 'One video: COMPLETED' }).waitFor();
      expect(await page.locator('li').count()).toBe(1);
      expect(submissionsOf('One video')).toHaveLength(1);
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    },
    withinMs,
  );

  it(
    'makes one video of a page that requests it by itself, mounted twice and reloaded',
    async () => {
      const site = await openSite();
      const release = holdSubmissions();
      const page = await openPage(`${site.url}/app?user=auto&auto=By+itself`);
      await expect.poll(() => submissionsOf('By itself').length).toBe(1);
      await page.reload();
      release();
      await page.locator('video').waitFor({ state: 'attached' });
      expect(submissionsOf('By itself')).toHaveLength(1);
    },
    withinMs,
  );

  it(
    'takes server-sent events where WebSockets are blocked, and polls where both are',
    async () => {
      const site = await openSite();
      site.sockets = 'refused';
      const page = await openPage(`${site.url}/app?user=blocked`);
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
      const site = await openSite(4);
      const release = holdJobs();
      const page = await openPage(`${site.url}/app?user=expiring`);
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
      const site = await openSite();
      const context = await browser.newContext();
      onTestFinished(() => context.close());
      const one = await openPage(`${site.url}/app?user=tabs`, context);
      const two = await openPage(`${site.url}/app?user=tabs`, context);
      await create(one, 'Of the first tab');
      await two.locator('li', { hasText: 'Of the first tab: COMPLETED' }).waitFor();

      const release = holdSubmissions();
      await create(one, 'Of a copied tab');
      await expect.poll(() => submissionsOf('Of a copied tab').length).toBe(1);
      // A tab that is opened by a page starts with a copy of its session storage, as a duplicated tab does.
      const [copy] = await Promise.all([context.waitForEvent('page'), one.evaluate('void open(location.href)')]);
      copy.setDefaultTimeout(120_000);
      await copy.locator('output', { hasText: 'pending' }).waitFor();
      // Another tab that asks for the same has a wish of its own.
      await create(two, 'Of a copied tab');
      await expect.poll(() => submissionsOf('Of a copied tab').length).toBe(2);
      release();
      for (const page of [one, copy, two]) await page.locator('output', { hasText: 'done' }).waitFor();
      expect(submissionsOf('Of a copied tab')).toHaveLength(2);
    },
    withinMs,
  );

  it('shows what happened while the machine slept for a minute', async () => {
    const site = await openSite();
    const release = holdJobs();
    const sleepy = await openSleepyBrowser();
    const page = await openPage(`${site.url}/app?user=sleepy`, sleepy.browser);
    await create(page, 'While asleep');
    await page.locator('li', { hasText: 'While asleep: PROCESSING' }).waitFor();
    sleepy.sleep();
    release();
    const token = await tokenOf('sleepy', { env: 'live' });
    const running = '{ jobs(filter: { status: [QUEUED, PROCESSING] }) { totalCount } }';
    await expect.poll(async () => (await request(gateway, running, {}, token)).data.jobs.totalCount).toBe(0);
    await setTimeout(60_000);
    sleepy.wake();
    await page.locator('video').waitFor({ state: 'attached' });
    await page.locator('li', { hasText: 'While asleep: COMPLETED' }).waitFor();
    await page.getByText('0 credits held').waitFor();
  }, 240_000);
});
