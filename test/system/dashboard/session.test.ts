import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGate } from '../../client/gate.ts';
import { makeFolder, request, startGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { hasBrowser, openBrowser } from '../world/browser.ts';
import { makeJob, openWorld, signOut, visit, type World } from './world.ts';

describe.runIf(hasBrowser)('signing in (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ AUTH_JWT_SECRET: testSecret });
  }, 180_000);
  afterAll(() => world.close());

  async function signIn({ page }: Awaited<ReturnType<World['visit']>>, token: string) {
    await page.getByLabel('Token or API key').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  test('accepts a token, keeps it in the tab and never in a URL, and forgets it on request', async () => {
    const visited = await world.visit('/jobs');
    const { page, outside } = visited;
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    page.on('websocket', (socket) => addresses.push(socket.url()));
    const token = await tokenOf('ada');
    await signIn(visited, token);
    await page.getByText('ada', { exact: true }).waitFor();
    await page.getByText('No jobs yet').waitFor();
    await page.reload();
    await page.getByText('ada', { exact: true }).waitFor();
    expect(addresses.filter((address) => address.includes(token))).toEqual([]);
    expect(await page.evaluate('localStorage.length')).toBe(0);
    // The user is not an admin: neither the link nor the page appears.
    expect(await page.getByRole('link', { name: 'Admin' }).count()).toBe(0);
    await signOut(page);
    await page.getByLabel('Token or API key').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(outside).toEqual([]);
  }, 180_000);

  test('shows why a token is not accepted', async () => {
    const visited = await world.visit('/');
    await signIn(visited, 'no.good.token');
    await visited.page.getByText('The token is not valid here.').waitFor();
    await visited.page.getByLabel('Token or API key').waitFor();
  });

  test('asks again, in place, when a token has expired', async () => {
    const visited = await world.visit('/credits');
    await signIn(visited, await tokenOf('ada', {}, Math.floor(Date.now() / 1000) + 6));
    const { page } = visited;
    await page.getByRole('heading', { name: 'Credits' }).waitFor();
    await page.getByText(/expired/).waitFor();
    await signIn(visited, await tokenOf('ada'));
    await page.getByRole('heading', { name: 'Credits' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/credits');
  }, 180_000);

  test('shows an admin all users, the provider’s health and possible losses, and lets them grant credits', async () => {
    const token = await tokenOf('root', { roles: ['admin'] });
    for (const user of ['bob', 'bea', 'carl'])
      await request(world.gateway, '{ viewer { userId } }', {}, await tokenOf(user));
    const visited = await world.visit('/admin');
    await signIn(visited, token);
    const { page, troubles } = visited;
    await page.getByText('Healthy', { exact: true }).waitFor();
    await page.getByLabel('Pages').getByRole('link', { name: 'Users' }).click();
    await page.getByRole('cell', { name: 'carl' }).waitFor();
    await page.getByLabel('Filter users by the start of their id').fill('b');
    await page.getByRole('cell', { name: 'carl' }).waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('.accounts tbody tr').count()).toBe(2);

    await page.getByLabel('User', { exact: true }).fill('bob');
    await page.getByLabel('Credits', { exact: true }).fill('0');
    await page.getByLabel('Reason').fill('Invoice 7');
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.locator('#grant-credits-issue').waitFor();
    await page.getByLabel('User', { exact: true }).fill('');
    await page.getByLabel('Credits', { exact: true }).fill('500');
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByText('User must have 1 to 255 characters; it has 0.').waitFor();
    await page.getByLabel('User', { exact: true }).fill('bob');
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByText('bob now has 1,500 credits.').waitFor();
    await page.getByRole('cell', { name: '1,500' }).waitFor();
    expect(troubles.filter((text) => !text.includes('401'))).toEqual([]);
  }, 180_000);
});

describe.runIf(hasBrowser)('a gateway that restarts (needs the Debian package chromium)', () => {
  test('leads to a small notice, and then shows what happened meanwhile', async () => {
    const folder = await makeFolder();
    let gateway = await startGateway(folder.path, { LOG_LEVEL: 'warn' });
    const { port } = new URL(gateway.url);
    const browser = await openBrowser();
    try {
      const id = await makeJob(gateway, '@test/ok:30s over a restart');
      const list = await visit(browser, gateway.url, { path: '/jobs' });
      const job = await visit(browser, gateway.url, { path: `/jobs/${id}` });
      const row = list.page.locator(`[data-job="${id}"]`);
      await row.waitFor();
      await job.page.getByRole('progressbar').waitFor();
      await gateway.stop();
      await list.page.getByText('Reconnecting').waitFor();
      gateway = await startGateway(folder.path, { LOG_LEVEL: 'warn', PORT: port });
      await row.getByText('Completed').waitFor();
      await job.page.locator('video').waitFor();
      await list.page.getByText('Reconnecting').waitFor({ state: 'detached' });
    } finally {
      await browser.close();
      await gateway.stop();
      await folder.remove();
    }
  }, 240_000);
});

describe.runIf(hasBrowser)('a network that blocks WebSockets (needs the Debian package chromium)', () => {
  test('leaves the pages live, and connections free for their requests', async () => {
    const world = await openWorld();
    const gate = await openGate(world.gateway.url);
    gate.sockets = 'refused';
    try {
      for (let made = 0; made < 7; made += 1) await makeJob(world.gateway, '@test/slow:10m crowded');
      const { page } = await visit(world.browser, gate.url, { path: '/jobs' });
      await expect.poll(() => page.getByRole('progressbar').count()).toBe(7);
      await page.locator('[data-connection="live"]').waitFor({ state: 'attached' });
      const id = await makeJob(world.gateway, '@test/ok:2s through streams');
      await page.locator(`[data-job="${id}"]`).getByText('Completed').waitFor();
      await page.getByLabel('Pages').getByRole('link', { name: 'Credits' }).click();
      await page.getByRole('link', { name: '@test/ok:2s through streams' }).waitFor();
    } finally {
      await gate.close();
      await world.close();
    }
  }, 240_000);
});
