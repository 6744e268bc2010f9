import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../../gateway/operations.ts';
import { createEndpoint, testEndpoint } from '../../webhook/operations.ts';
import { openReceiver, type Receiver, verified } from '../../webhook/world.ts';
import { request, testSecret, tokenOf } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, violationsOf, type World } from './world.ts';

const clipboard = { permissions: ['clipboard-write', 'clipboard-read'] };

const readClipboard = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()');

/** The lines of the log that show a type of event. */
const linesOf = (page: Page, type: string) => page.locator('.deliveries > li').filter({ hasText: type });

async function make(world: World, receiver: Receiver, token?: string): Promise<string> {
  const { data } = await request(world.gateway, createEndpoint, { input: { url: receiver.url } }, token);
  return data.createWebhookEndpoint.endpoint.id;
}

describe.runIf(hasBrowser)('webhooks in the dashboard (need the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  test('an endpoint is made, its secret is shown once, and what it is sent can be read', async () => {
    const receiver = await openReceiver();
    const { page, outside, troubles } = await world.visit('/', clipboard);
    await page.getByLabel('Pages').getByRole('link', { name: 'Webhooks' }).click();
    await page.getByText('No endpoints yet.').waitFor();
    await page.getByLabel('URL').fill('not an address');
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await page.getByText('Please check the marked fields.').waitFor();
    expect(await page.getByLabel('URL').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('URL').fill(receiver.url);
    await page.getByLabel('Description').fill('The shop');
    await page.getByLabel('a job was canceled').uncheck();
    // A low window: the secret comes into view by itself.
    await page.setViewportSize({ width: 390, height: 500 });
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await page.getByText('Copy the secret now').waitFor();
    const copyAt = await page.getByRole('button', { name: 'Copy secret' }).boundingBox();
    expect((copyAt?.y ?? 999) + (copyAt?.height ?? 0)).toBeLessThan(440);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Copy secret' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const secret = await readClipboard(page);
    const row = page.getByRole('row', { name: /The shop/ });
    await row.getByText('job.completed, job.failed, job.late_video, video.stored').waitFor();
    await row.getByRole('link').click();
    await page.getByText('Nothing yet.').waitFor();
    expect(await page.getByText('whsec_').count()).toBe(0);

    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('The test arrived.').waitFor();
    await linesOf(page, 'webhook.test').getByText('Delivered').waitFor();
    const id = await makeJob(world.gateway, '@test/ok:1s told of');
    await linesOf(page, 'job.completed').getByText('200').waitFor();
    await linesOf(page, 'job.completed').locator('summary').press('Enter');
    await linesOf(page, 'job.completed').getByText('thanks').waitFor();
    await linesOf(page, 'job.completed').getByText(`"id": "${id}"`).waitFor();
    for (const one of receiver.received) verified(secret, one);
    await page.getByRole('link', { name: '@test/ok:1s told of', exact: true }).click();
    await page.waitForURL(`**/jobs/${id}`);
    expect(outside).toEqual([]);
    expect(troubles).toEqual([]);
  }, 180_000);

  test('a delivery that failed is sent again, one or all since an instant', async () => {
    const receiver = await openReceiver((_, response) => void response.writeHead(500).end('the database is down'));
    const id = await make(world, receiver);
    const { page } = await world.visit(`/webhooks/${id}`);
    await page.getByText('Nothing yet.').waitFor();
    await makeJob(world.gateway, '@test/submit:502');
    await linesOf(page, 'job.failed').getByText('500, 2 attempts, next attempt in').waitFor();
    await page.getByRole('button', { name: 'Delivered', exact: true }).click();
    await page.getByText('No deliveries are delivered.').waitFor();
    await page.getByRole('button', { name: 'Waiting', exact: true }).click();
    await linesOf(page, 'job.failed').locator('summary').click();
    await linesOf(page, 'job.failed').getByText('the database is down').first().waitFor();
    receiver.answer = (_, response) => void response.writeHead(410).end();
    await page.getByRole('button', { name: 'Send this one again' }).click();
    await page.getByRole('alert').getByText('It answered 410 Gone').waitFor();
    await makeJob(world.gateway, '@test/submit:502');
    await page.getByRole('button', { name: 'Failed', exact: true }).click();
    await linesOf(page, 'not sent: the endpoint was off').waitFor();
    receiver.answer = (_, response) => void response.writeHead(204).end();
    await page.getByRole('button', { name: 'Switch it on again' }).click();
    await page.getByText('The endpoint is on again.').waitFor();
    await page.getByRole('button', { name: 'Send what was missed …' }).click();
    expect(await page.evaluate('document.activeElement.id')).toBe('again-since');
    await page.getByRole('button', { name: 'Send again', exact: true }).click();
    await page.getByText('2 deliveries are due again.').waitFor();
    await page.getByRole('button', { name: 'Delivered', exact: true }).click();
    await expect.poll(() => linesOf(page, 'job.failed').count(), { timeout: 30_000 }).toBe(2);
  }, 180_000);

  test('an endpoint is changed, switched off, given a new secret and deleted', async () => {
    const receiver = await openReceiver();
    const id = await make(world, receiver);
    const { page } = await world.visit(`/webhooks/${id}`, clipboard);
    await page.getByLabel('Description').fill('For the ledger');
    await page.getByLabel('a video was copied here').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    await page.locator('p').getByText('For the ledger').waitFor();
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('This endpoint is off.').waitFor();
    await page.getByRole('button', { name: 'Switch it on again' }).click();
    await page.getByRole('button', { name: 'Switch off' }).waitFor();

    await page.getByRole('button', { name: 'New secret …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new one' }).click();
    await page.getByRole('button', { name: 'Copy secret' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const secret = await readClipboard(page);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('The test arrived.').waitFor();
    expect(verified(secret, receiver.received.at(-1) ?? { headers: {}, path: '', body: '' }).type).toBe('webhook.test');

    await page.getByRole('button', { name: 'Delete the endpoint …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
    await page.waitForURL('**/webhooks');
    await page.getByRole('heading', { name: 'Endpoints' }).waitFor();
    await page.getByRole('row', { name: /For the ledger/ }).waitFor({ state: 'detached' });
    await page.goBack();
    await page.getByText('Endpoint not found').waitFor();
  }, 180_000);

  test('axe-core finds nothing wrong on the page of an endpoint, and it fits any width', async () => {
    const receiver = await openReceiver((_, response) => void response.writeHead(410).end('x'.repeat(2000)));
    const id = await make(world, receiver);
    await request(world.gateway, testEndpoint, { id });
    await makeJob(world.gateway, '@test/submit:502');
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await world.visit(`/webhooks/${id}`, { colorScheme, reducedMotion: 'reduce' });
      await page.getByRole('alert').waitFor();
      await linesOf(page, 'webhook.test').locator('summary').click();
      await page.getByText('"A test. Nothing happened."').waitFor();
      for (const width of [1280, 360, 768, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.scrollingElement.scrollWidth'), `${width} px`).toBeLessThanOrEqual(width);
      }
      expect(await violationsOf(page)).toEqual([]);
    }
  }, 180_000);
});

describe.runIf(hasBrowser)('webhooks of others in the dashboard (need the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ AUTH_JWT_SECRET: testSecret });
  }, 180_000);
  afterAll(() => world.close());

  async function visitAs(path: string, token: string): Promise<Page> {
    const { page } = await world.visit(path);
    await page.getByLabel('Token or API key').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return page;
  }

  test('are not found by users, but by admins, who see whose they are', async () => {
    const receiver = await openReceiver();
    const claims = { env: 'test' };
    const id = await make(world, receiver, await tokenOf('ada', claims));
    const bob = await visitAs(`/webhooks/${id}`, await tokenOf('bob', claims));
    await bob.getByText('Endpoint not found').waitFor();
    const root = await visitAs('/webhooks', await tokenOf('root', { ...claims, roles: ['admin'] }));
    await root.getByRole('row', { name: /ada/ }).getByRole('link').click();
    await root.getByText('Jobs and budgets of ada').waitFor();
  }, 180_000);

  test('an endpoint of all users is made by an admin alone, and notified of a job of another user', async () => {
    const receiver = await openReceiver();
    const ada = await tokenOf('ada', { env: 'test' });
    const allUsers = 'of the jobs and budgets of all users, not only yours';
    const user = await visitAs('/webhooks', ada);
    await user.getByRole('button', { name: 'Create endpoint' }).waitFor();
    expect(await user.getByLabel(allUsers).count()).toBe(0);
    const root = await visitAs('/webhooks', await tokenOf('root', { env: 'test', roles: ['admin'] }));
    await root.getByLabel('URL').fill(receiver.url);
    await root.getByLabel(allUsers).check();
    await root.getByRole('button', { name: 'Create endpoint' }).click();
    await root.getByText('Copy the secret now').waitFor();
    expect(await root.getByLabel(allUsers).isChecked()).toBe(false);
    await root.getByRole('link', { name: 'Open the new endpoint' }).click();
    await root.getByText('Jobs and budgets of all users').waitFor();
    await request(world.gateway, generate, { input: { prompt: '@test/submit:502' } }, ada);
    await linesOf(root, 'job.failed').getByText('Delivered').waitFor();
    expect(JSON.parse(receiver.received[0]?.body ?? '{}').data).toMatchObject({ userId: 'ada' });
  }, 180_000);
});
