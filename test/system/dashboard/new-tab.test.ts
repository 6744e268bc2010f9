import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request, testSecret, tokenOf } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { openWorld, signOut, type World } from './world.ts';

const mutation = `mutation { generateVideo(input: { prompt: "@test/ok:1s opened" }) {
  ... on GenerateVideoSuccess { job { id } }
} }`;

describe.runIf(hasBrowser)('a link that is opened in a new tab (needs the Debian package chromium)', () => {
  let world: World;
  let token: string;
  beforeAll(async () => {
    world = await openWorld({ AUTH_JWT_SECRET: testSecret });
    token = await tokenOf('ada');
    await request(world.gateway, mutation, {}, token);
  }, 180_000);
  afterAll(() => world.close());

  async function visitSignedIn(path: string): Promise<Page> {
    const { page } = await world.visit(path);
    await page.getByLabel('Token or API key').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: /^(?!Sign in)/ }).waitFor();
    return page;
  }

  /** The tab that an action opens. */
  async function tabOf(page: Page, action: Promise<unknown>): Promise<Page> {
    const [tab] = await Promise.all([page.context().waitForEvent('page'), action]);
    return tab;
  }

  /** Opens an address as "open in new tab" does: without a copy of the session. */
  const openApart = (page: Page, href: string) =>
    tabOf(
      page,
      page.evaluate(
        `Object.assign(document.createElement('a'), { href: '${href}', target: '_blank', rel: 'noopener' }).click()`,
      ),
    );

  const hrefOf = async (link: Locator) => (await link.getAttribute('href')) ?? '';

  test('is signed in as the same user, by Ctrl and a click, the middle button and the context menu', async () => {
    const page = await visitSignedIn('/jobs');
    const job = page.locator('[data-job]');
    const byKey = await tabOf(page, job.click({ modifiers: ['Control'] }));
    await byKey.getByRole('heading', { name: '@test/ok:1s opened' }).waitFor();
    const credits = page.getByLabel('Pages').getByRole('link', { name: 'Credits' });
    const byWheel = await tabOf(page, credits.click({ button: 'middle' }));
    await byWheel.getByRole('heading', { name: 'Credits' }).waitFor();
    expect(await byWheel.evaluate('history.length')).toBe(1);
    await job.click({ button: 'right' });
    const byMenu = await openApart(page, await hrefOf(job));
    await byMenu.getByRole('heading', { name: '@test/ok:1s opened' }).waitFor();
    // Each offer is for one tab.
    const another = await openApart(page, await hrefOf(job));
    await another.getByLabel('Token or API key').waitFor();
  }, 180_000);

  test('asks for a token where nobody has opened the link, and after signing out', async () => {
    const page = await visitSignedIn('/jobs');
    const job = page.locator('[data-job]');
    const href = await hrefOf(job);
    const apart = await openApart(page, href);
    await apart.getByLabel('Token or API key').waitFor();

    await job.click({ button: 'right' });
    await page.keyboard.press('Escape');
    await signOut(page);
    await page.getByLabel('Token or API key').waitFor();
    const late = await openApart(page, href);
    await late.getByLabel('Token or API key').waitFor();
  }, 180_000);

  test('a tab that was signed out stays so when it is loaded again', async () => {
    const page = await visitSignedIn('/jobs');
    const job = page.locator('[data-job]');
    const tab = await tabOf(page, job.click({ modifiers: ['Control'] }));
    await tab.getByRole('heading', { name: '@test/ok:1s opened' }).waitFor();
    await signOut(tab);
    await job.click({ button: 'right' });
    await tab.reload();
    await tab.getByLabel('Token or API key').waitFor();
    expect(await tab.evaluate('sessionStorage.length')).toBe(0);
  }, 180_000);

  test('GraphiQL has the session, too', async () => {
    const page = await visitSignedIn('/jobs');
    const link = page.getByRole('link', { name: 'Open in GraphiQL' });
    const graphiql = await tabOf(page, link.click({ button: 'middle' }));
    await graphiql.getByText('query Jobs').first().waitFor();
    await graphiql.getByRole('button', { name: /execute query/i }).click();
    await graphiql.locator('.graphiql-response').getByText('@test/ok:1s opened').first().waitFor();
  }, 180_000);

  test('asks for a token where the browser has no BroadcastChannel', async () => {
    const page = await visitSignedIn('/jobs');
    await page.addInitScript('delete window.BroadcastChannel');
    await page.reload();
    const tab = await tabOf(page, page.locator('[data-job]').click({ modifiers: ['Control'] }));
    await tab.getByLabel('Token or API key').waitFor();
  }, 180_000);
});
