import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { makeFolder, request, startGateway, type TestGateway } from '../../world/gateway.ts';
import { openBrowser } from '../world/browser.ts';

/** A page, and everything on it that should not have happened. */
export type Visit = {
  readonly page: Page;
  /** Requests to any host but the gateway's. */
  readonly outside: readonly string[];
  /** Script errors and the browser's own complaints. */
  readonly troubles: readonly string[];
};

/** A gateway, and a browser for its dashboard. */
export type World = {
  readonly gateway: TestGateway;
  readonly browser: Browser;
  /** Opens a page in its own browser session. */
  visit(path: string, options?: BrowserContextOptions): Promise<Visit>;
  close(): Promise<void>;
};

export async function openWorld(variables: Readonly<Record<string, string>> = {}): Promise<World> {
  const folder = await makeFolder();
  const gateway = await startGateway(folder.path, { LOG_LEVEL: 'warn', ...variables });
  const browser = await openBrowser();
  return {
    gateway,
    browser,
    visit: (path, options) => visit(browser, gateway.url, { path, ...options }),
    async close() {
      await browser.close();
      await gateway.stop();
      await folder.remove();
    },
  };
}

/** Opens a dashboard page in its own browser session, closed when the test is over. */
export async function visit(
  browser: Browser,
  url: string,
  { path, ...options }: BrowserContextOptions & { readonly path: string },
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  // This limit only means that something hangs, never how fast a machine is.
  page.setDefaultTimeout(120_000);
  const outside: string[] = [];
  const troubles: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).host !== new URL(url).host)
      outside.push(request.url());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.goto(url + path);
  return { page, outside, troubles };
}

/** Opens the menu of the account and signs out. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
}

/** Stores a job without the dashboard; returns its id. */
export async function makeJob(gateway: TestGateway, prompt: string, externalId: string | null = null): Promise<string> {
  const { data } = await request(
    gateway,
    `mutation ($input: GenerateVideoInput!) { generateVideo(input: $input) {
      ... on GenerateVideoSuccess { job { id } } ... on ProviderError { failedJob { id } }
      ... on SubmissionUnconfirmedError { failedJob { id } }
    } }`,
    { input: { prompt, externalId } },
  );
  const { job, failedJob } = data.generateVideo;
  return (job ?? failedJob).id;
}

/**
 * Fulfils when an expression becomes true in the page. Playwright's own way evaluates text in the page, which the page's policy forbids.
 */
export async function until(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate<boolean>(expression), { timeout: 30_000 }).toBe(true);
}

/** axe-core's findings on the current page: each rule with the first place that breaks it. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes[0].html + ' ' + nodes[0].failureSummary))`);
}
