import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request, testSecret, tokenOf } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, until, type World } from './world.ts';

describe.runIf(hasBrowser)('keys and users (need the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ AUTH_JWT_SECRET: testSecret });
  }, 180_000);
  afterAll(() => world.close());

  async function visitAsAdmin(path: string) {
    const visited = await world.visit(path, { permissions: ['clipboard-write', 'clipboard-read'] });
    await visited.page.getByLabel('Token or API key').fill(await tokenOf('root', { roles: ['admin'] }));
    await visited.page.getByRole('button', { name: 'Sign in' }).click();
    return visited;
  }

  test('an admin makes a key, sees its secret once, and revokes it', async () => {
    const { page, troubles } = await visitAsAdmin('/keys');
    await page.getByText('No keys yet.').waitFor();
    await page.getByLabel('User', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('User must be 1 to 255 characters').waitFor();
    await page.getByLabel('User', { exact: true }).fill('ada');
    await page.getByLabel('Label').fill('Newsroom');
    await page.getByLabel('create videos').uncheck();
    await page.getByLabel('Expires').selectOption('In 30 days');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('button', { name: 'Copy key' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const secret = await page.evaluate<string>('navigator.clipboard.readText()');
    const { data } = await request(world.gateway, '{ viewer { userId scopes } }', {}, secret);
    expect(data.viewer).toEqual({ userId: 'ada', scopes: ['JOBS_READ', 'CREDITS_READ'] });
    const row = page.getByRole('row', { name: /ada/ });
    await row.getByText('jobs:read, credits:read').waitFor();
    await row.getByText('Active').waitFor();
    await row.getByText('Newsroom').waitFor();
    await page.getByLabel('Show only keys of this user').fill('bob');
    await row.waitFor({ state: 'detached' });
    await page.getByLabel('Show only keys of this user').fill('ada');
    await row.getByRole('button', { name: 'Revoke …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke for good' }).click();
    await row.getByText('Revoked').waitFor();
    expect((await request(world.gateway, '{ viewer { userId } }', {}, secret)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(troubles.filter((text) => !text.includes('401'))).toEqual([]);
  }, 180_000);

  test('a grant asks before it opens an account for a mistyped name', async () => {
    await request(world.gateway, '{ viewer { userId } }', {}, await tokenOf('bob'));
    const { page } = await visitAsAdmin('/users');
    await page.getByRole('row', { name: /bob/ }).getByRole('button', { name: 'Grant …' }).click();
    await until(page, 'document.activeElement?.id === "grant-credits"');
    await expect.poll(() => page.getByLabel('User', { exact: true }).inputValue()).toBe('bob');
    await page.getByLabel('User', { exact: true }).fill('bobb');
    await page.getByLabel('Credits', { exact: true }).fill('5');
    await page.getByLabel('Reason').fill('typo');
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByText('Nobody here is called bobb').waitFor();
    await page.getByRole('button', { name: 'Grant to a new user' }).click();
    await page.getByText('This is a new user.').waitFor();
    await page.getByRole('row', { name: /bobb/ }).waitFor();
  });

  test('GraphiQL opens with the session of the dashboard, which its address never contains', async () => {
    const { page } = await visitAsAdmin('/credits');
    const [graphiql] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Open in GraphiQL' }).click(),
    ]);
    await graphiql.getByText('query Ledger(').first().waitFor();
    await graphiql.getByRole('button', { name: /execute query/i }).click();
    await graphiql.locator('.graphiql-response').getByText('"root"').first().waitFor();
    expect(graphiql.url()).not.toContain('ey');
  }, 180_000);
});

const iconOf = (page: Page) => page.locator('link[rel=icon]').getAttribute('href');

describe.runIf(hasBrowser)('what the browser remembers and tells (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  test('the theme stays chosen, against the theme of the system', async () => {
    const { page } = await world.visit('/', { colorScheme: 'light' });
    const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    await page.getByRole('button', { name: /^Account of/ }).click();
    const light = await ground();
    await page.getByLabel('Dark').check();
    await expect.poll(ground).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: /^Account of/ }).click();
    expect(await ground()).not.toBe(light);
    await page.getByLabel('System').check();
    await expect.poll(ground).toBe(light);
    expect(
      await page.evaluate(
        '[...document.fonts].some(({ family, status }) => family.includes("Geist") && status === "loaded")',
      ),
    ).toBe(true);
  });

  test('a tab in the background says in its title, its icon and a notification that a video is ready', async () => {
    const { page } = await world.visit('/credits', { permissions: ['notifications'] });
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByLabel('Notify me when a video is done').check();
    const idle = await iconOf(page);
    await page.evaluate(`
      globalThis.told = [];
      globalThis.Notification = class { static permission = 'granted'; constructor(title, { body }) { told.push(title + ': ' + body); } };
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    `);
    await page.locator('[data-connection="live"]').waitFor({ state: 'attached' });
    const id = await makeJob(world.gateway, '@test/ok:1s told');
    await until(page, 'document.title.startsWith("✓ Ready · Credits")');
    expect(await iconOf(page)).not.toBe(idle);
    expect(await page.evaluate('told')).toEqual(['Your video is ready: @test/ok:1s told']);
    await page
      .getByRole('complementary', { name: 'News' })
      .getByRole('link', { name: 'Ready: @test/ok:1s told' })
      .waitFor();
    await page.evaluate(`delete document.visibilityState; dispatchEvent(new Event('focus'))`);
    await until(page, 'document.title === "Credits · Reelgate"');
    expect(await iconOf(page)).toBe(idle);
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'News' }).getByRole('link').click();
    await page.waitForURL(`**/jobs/${id}`);
  });

  test('a browser that lets a page show no notification leaves it live, and the menu says so', async () => {
    const { page } = await world.visit('/credits', { permissions: ['notifications'] });
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByLabel('Notify me when a video is done').check();
    // As in Chrome for Android, which shows those of service workers only.
    await page.evaluate(`
      globalThis.Notification = class { static permission = 'granted'; constructor() { throw new TypeError('Illegal constructor'); } };
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    `);
    await page.locator('[data-connection="live"]').waitFor({ state: 'attached' });
    for (const prompt of ['@test/ok:1s one', '@test/ok:1s other']) {
      await makeJob(world.gateway, prompt);
      await page.getByRole('status').getByText(`Completed: ${prompt}`).waitFor({ state: 'attached' });
    }
    await until(page, 'document.title.startsWith("(2) ✓ Ready")');
    expect(await page.getByLabel('Notify me when a video is done').isChecked()).toBe(false);
  });
});
