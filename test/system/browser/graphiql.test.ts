import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFolder, startGateway, type TestGateway } from '../../world/gateway.ts';
import { hasBrowser, openBrowser } from '../world/browser.ts';

describe.runIf(hasBrowser)('GraphiQL in a real browser (needs the Debian package chromium)', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let browser: Browser;

  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path);
    browser = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await folder.remove();
  });

  const rest = (page: Page) =>
    page.evaluate('new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve), 1000))');

  async function chooseTab(page: Page, name: string): Promise<void> {
    const tab = page.getByRole('tab').filter({ hasText: name });
    await tab.getByRole('button', { name, exact: true }).click();
    await expect.poll(() => tab.getAttribute('aria-selected')).toBe('true');
    // GraphiQL reads the operation names of a tab a moment after it shows the tab, by a timer of the page. No user is faster.
    await rest(page);
  }

  async function openPage(
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; outside: string[]; troubles: string[] }> {
    const page = await browser.newPage(options);
    page.setDefaultTimeout(120_000);
    const outside: string[] = [];
    const troubles: string[] = [];
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).host !== new URL(gateway.url).host)
        outside.push(request.url());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    // GraphiQL is ready once it has read and processed the schema; until then its tabs still move.
    const schemaRead = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.goto(`${gateway.url}/graphql`);
    await schemaRead;
    await page.evaluate('new Promise((resolve) => requestIdleCallback(resolve))');
    return { page, outside, troubles };
  }

  test('leads a newcomer through the sample operations to a playing video, and contacts no other host', async () => {
    const { page, outside, troubles } = await openPage();
    const sockets: string[] = [];
    let url: string | undefined;
    page.on('websocket', (socket) => {
      sockets.push(socket.url());
      socket.on('framereceived', ({ payload }) => {
        url ??= /"video":\{"url":"([^"]+)"/.exec(String(payload))?.[1];
      });
    });
    const play = page.getByRole('button', { name: /execute query/i });
    const result = page.locator('.graphiql-response');

    await chooseTab(page, 'MakeVideo');
    await play.click();
    await result.getByText('GenerateVideoSuccess').first().waitFor();
    await chooseTab(page, 'WatchJobs');
    await play.click();
    await result.getByText('FeedLive').first().waitFor();
    await result.getByText('COMPLETED').first().waitFor();
    expect(sockets).toEqual([`${gateway.url.replace('http', 'ws')}/graphql`]);

    const player = await browser.newPage();
    await player.goto(url ?? '');
    const ask = (script: string) => expect.poll(() => player.evaluate(script), { timeout: 60_000 });
    await ask('document.querySelector("video").readyState >= 2').toBe(true);
    expect(await player.evaluate('document.querySelector("video").videoWidth')).toBeGreaterThan(0);
    // The browser has a page of its own for the plain URL. It is sandboxed, so it plays the video when a person presses play.
    await player.keyboard.press('Space');
    await ask('document.querySelector("video").currentTime > 0.3').toBe(true);
    expect(outside).toEqual([]);
    expect(troubles).toEqual([]);
    await player.close();
    await page.close();
  }, 180_000);

  test('shows another tab at the first click once the page is idle', async () => {
    const { page } = await openPage();
    await rest(page);
    await chooseTab(page, 'WatchJobs');
    await page.locator('.graphiql-query-editor').getByText('subscription').first().waitFor();
    await page.close();
  }, 180_000);

  test('works on a phone: an operation is written, run and read at 360 px, and the documentation opens over it', async () => {
    const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
    const { page, troubles } = await openPage(phone);
    await rest(page);
    const box = async (selector: string) => {
      const found = await page.locator(selector).first().boundingBox();
      if (found === null) throw new Error(`${selector} is not on the page.`);
      return found;
    };
    const overlaps = async () =>
      (await page.evaluate<number>('document.documentElement.scrollWidth')) > phone.viewport.width;

    await page.getByRole('button', { name: /new tab/i }).tap();
    await page.locator('.graphiql-query-editor').tap();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('query Phone { viewer { userId');
    // Suggestions lie over the button until one taps beside them.
    await page.locator('.graphiql-response').tap();
    await rest(page);
    await page.getByRole('button', { name: /execute query/i }).tap();
    await page.locator('.graphiql-response').getByText('"userId"').first().waitFor();
    const [editor, response] = [await box('.graphiql-query-editor'), await box('.graphiql-response')];
    for (const { x, width, height } of [editor, response]) {
      expect(width).toBeGreaterThan(240);
      expect(height).toBeGreaterThan(200);
      expect(x + width).toBeLessThanOrEqual(phone.viewport.width);
    }
    expect(response.y).toBeGreaterThanOrEqual(editor.y + editor.height);
    expect(await overlaps()).toBe(false);

    const explorer = page.getByRole('button', { name: /documentation explorer/i }).first();
    await explorer.tap();
    await page.getByText('Root Types').waitFor();
    const plugin = await box('.graphiql-plugin');
    expect([plugin.width > 280, plugin.x + plugin.width]).toEqual([true, phone.viewport.width]);
    expect(await overlaps()).toBe(false);
    await explorer.tap();
    await page.getByRole('button', { name: /execute query/i }).tap();
    expect(troubles).toEqual([]);
    await page.close();
  }, 180_000);

  test('shows which environment is active', async () => {
    const { page } = await openPage();
    await page.getByText('Reelgate · TEST').waitFor();
    await page.close();
  });
});
