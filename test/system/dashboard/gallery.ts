import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { request, type TestGateway } from '../../world/gateway.ts';
import { fill, make } from './picture-world.ts';

const widths = [360, 768, 1280, 1920] as const;

const height = 900;

const endpoint = `mutation {
  createWebhookEndpoint(input: { url: "http://127.0.0.1:9/hooks", description: "Shop" }) {
    ... on CreateWebhookEndpointSuccess { endpoint { id } }
  }
}`;

/** What is on the pages: their names and paths. */
async function pagesOf(gateway: TestGateway): Promise<readonly (readonly [name: string, path: string])[]> {
  const completed = await fill(gateway);
  const failed = await make(gateway, '@test/fail');
  const running = await make(gateway, '@test/slow:10m A long shot of a harbour at dusk, with boats that come home');
  await request(gateway, 'mutation { createApiKey(input: { userId: "demo", label: "Backend" }) { __typename } }');
  const { data } = await request(gateway, endpoint);
  const hook = data?.createWebhookEndpoint?.endpoint?.id;
  return [
    ['create', '/'],
    ['create-result', `/?job=${completed}`],
    ['jobs', '/jobs'],
    ['jobs-completed', '/jobs?status=completed'],
    ['jobs-none', '/jobs?q=nothing-like-that'],
    ['job-completed', `/jobs/${completed}`],
    ['job-failed', `/jobs/${failed}`],
    ['job-running', `/jobs/${running}`],
    ['credits', '/credits'],
    ['webhooks', '/webhooks'],
    ...(hook === undefined ? [] : ([['webhook', `/webhooks/${hook}`]] as const)),
    ['users', '/users'],
    ['keys', '/keys'],
    ['admin', '/admin'],
    ['admin-job', `/admin/jobs/${failed}`],
    ['admin-user', '/admin/users/demo'],
    ['not-found', '/nothing'],
    ['graphiql', '/graphql'],
  ];
}

/** Takes every page of the dashboard and GraphiQL, in each width, light and dark, as `jobs-360-dark.png`. */
export async function takeGallery(browser: Browser, gateway: TestGateway, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await forEachLook(browser, (context, look) => take(context, gateway.url, join(folder, `first-visit-${look}.png`)));
  const pages = await pagesOf(gateway);
  await forEachLook(browser, async (context, look) => {
    for (const [name, path] of pages) await take(context, gateway.url + path, join(folder, `${name}-${look}.png`));
  });
}

async function forEachLook(
  browser: Browser,
  work: (context: BrowserContext, look: string) => Promise<void>,
): Promise<void> {
  const one = async (width: number, colorScheme: 'light' | 'dark') => {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      isMobile: width === 360,
      hasTouch: width === 360,
    });
    await work(context, `${width}-${colorScheme}`);
    await context.close();
  };
  for (const width of widths) await Promise.all([one(width, 'light'), one(width, 'dark')]);
}

async function take(context: BrowserContext, address: string, path: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(address);
  const isGraphiql = address.endsWith('/graphql');
  await settled(page, isGraphiql);
  await page.screenshot({ path, fullPage: !isGraphiql });
  await page.close();
}

async function settled(page: Page, isGraphiql: boolean): Promise<void> {
  if (isGraphiql) {
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    // Its editors keep workers busy, and its tabs move into place.
    await page.waitForTimeout(2000);
    return;
  }
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  // Pictures are decoded, and the browser's own spinner fades.
  await page.waitForTimeout(400);
}
