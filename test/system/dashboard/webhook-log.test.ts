import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEndpoint, testEndpoint } from '../../webhook/operations.ts';
import { openReceiver, type Receiver } from '../../webhook/world.ts';
import { makeFolder, request, startGateway, type TestGateway } from '../../world/gateway.ts';
import { hasBrowser, openBrowser } from '../world/browser.ts';
import { makeJob, visit } from './world.ts';

/** The lines of the log that show a state. */
const linesOf = (page: Page, state: string) =>
  page.locator('.deliveries > li').filter({ has: page.locator('.badge').getByText(state, { exact: true }) });

describe.runIf(hasBrowser)('the log of an endpoint in the dashboard (needs the Debian package chromium)', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let browser: Browser;
  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, { LOG_LEVEL: 'warn' });
    browser = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await folder.remove();
  });

  async function make({ url }: Receiver): Promise<string> {
    const { data } = await request(gateway, createEndpoint, { input: { url } });
    return data.createWebhookEndpoint.endpoint.id;
  }

  test('what was missed begins before the last success: an event that was tried in vain at the switch-off is sent, too', async () => {
    const statuses: Record<string, number> = { a: 500, b: 204, c: 410 };
    const receiver = await openReceiver(({ body }, response) => {
      response.writeHead(statuses[JSON.parse(body).data.externalId] ?? 400).end();
    });
    const id = await make(receiver);
    const { page } = await visit(browser, gateway.url, { path: `/webhooks/${id}` });
    await page.getByText('Nothing yet.').waitFor();
    await makeJob(gateway, '@test/submit:502', 'a');
    await linesOf(page, 'Waiting').getByText('500').first().waitFor();
    await makeJob(gateway, '@test/submit:502', 'b');
    await linesOf(page, 'Delivered').waitFor();
    // As if the last success were an hour after the first event.
    const database = new Database(join(folder.path, 'reelgate.db'));
    database.exec('UPDATE webhook_endpoints SET last_success_at = last_success_at + 3600000 WHERE enabled');
    database.close();
    await page.reload();
    await linesOf(page, 'Delivered').waitFor();
    await makeJob(gateway, '@test/submit:502', 'c');
    await page.getByRole('alert').getByText('It answered 410 Gone').waitFor();
    await expect.poll(() => linesOf(page, 'Failed').count()).toBe(2);
    Object.assign(statuses, { a: 204, c: 204 });
    await page.getByRole('button', { name: 'Switch it on again' }).click();
    await page.getByRole('button', { name: 'Send what was missed …' }).click();
    await page.getByRole('button', { name: 'Send again', exact: true }).click();
    await page.getByText('2 deliveries are due again.').waitFor();
    await expect.poll(() => linesOf(page, 'Delivered').count()).toBe(3);
  }, 180_000);

  test('a test that fails is shown with its reason', async () => {
    const receiver = await openReceiver((_, response) => void response.writeHead(500).end());
    const id = await make(receiver);
    const { page } = await visit(browser, gateway.url, { path: `/webhooks/${id}` });
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('The test failed.').waitFor();
    await page.getByRole('alert').getByText('It answered 500.').waitFor();
    await linesOf(page, 'Failed').getByText('webhook.test').waitFor();
  }, 180_000);

  test('older deliveries are shown on demand, until there are no more', async () => {
    const id = await make(await openReceiver());
    for (let count = 0; count < 41; count += 1) await request(gateway, testEndpoint, { id });
    const { page } = await visit(browser, gateway.url, { path: `/webhooks/${id}` });
    const older = page.getByRole('button', { name: 'Show older deliveries' });
    for (const shown of [20, 40]) {
      await expect.poll(() => linesOf(page, 'Delivered').count()).toBe(shown);
      await older.click();
    }
    await expect.poll(() => linesOf(page, 'Delivered').count()).toBe(41);
    expect(await older.count()).toBe(0);
  }, 180_000);
});
