import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { makeFolder, request, startGateway, type TestGateway } from '../../world/gateway.ts';
import { openBrowser } from '../world/browser.ts';

/** A page with everything that should not have happened on it. */
export type Visit = {
  readonly page: Page;
  /** Requests to any host but the gateway's. */
  readonly outside: readonly string[];
  /** Errors of scripts, and what the browser complained of. */
  readonly troubles: readonly string[];
};

/** A gateway, and a browser that visits its dashboard. */
export type World = {
  readonly gateway: TestGateway;
  readonly browser: Browser;
  /** Opens a page in a session of its own. */
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

/** Opens a page of a dashboard in a session of its own, closed when the test is over. */
export async function visit(
  browser: Browser,
  url: string,
  { path, ...options }: BrowserContextOptions & { readonly path: string },
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  // It says that something hangs, never how fast a machine is.
  page.setDefaultTimeout(120_000);
  const outside: string[] = [];
  const troubles: string[] = [];
  page.on('request', (asked) => {
    if (!/^(data|blob):/.test(asked.url()) && new URL(asked.url()).host !== new URL(url).host)
      outside.push(asked.url());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.goto(url + path);
  return { page, outside, troubles };
}

/** Stores a job past the dashboard; answers with its id. */
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

/** Fulfils when an expression becomes true in the page. The page's policy forbids Playwright's own way, which evaluates text there. */
export async function until(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate<boolean>(expression), { timeout: 30_000 }).toBe(true);
}

/** What axe-core finds wrong with a page as it stands: each rule with the first place that breaks it. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes[0].html + ' ' + nodes[0].failureSummary))`);
}
