import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request, testSecret, tokenOf } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { openWorld, violationsOf, type World } from './world.ts';

const generate = `mutation ($input: GenerateVideoInput!) { generateVideo(input: $input) {
  __typename ... on GenerateVideoSuccess { job { id } } ... on ProviderError { failedJob { id } }
} }`;

describe.runIf(hasBrowser)('support (needs the Debian package chromium)', () => {
  let world: World;
  let logId = '';
  let id = '';
  const userId = 'ada/ops & co';
  beforeAll(async () => {
    world = await openWorld({ AUTH_JWT_SECRET: testSecret });
    const input = { prompt: '@test/submit:400 a secret prompt', externalId: 'order-7' };
    const { data } = await request(world.gateway, generate, { input }, await tokenOf(userId));
    id = data.generateVideo.failedJob.id;
    logId = Buffer.from(id, 'base64url').toString().slice('Job:'.length);
  }, 240_000);
  afterAll(() => world.close());

  async function visitAsAdmin(path: string) {
    const visited = await world.visit(path);
    await visited.page.getByLabel('Token or API key').fill(await tokenOf('root', { roles: ['admin'] }));
    await visited.page.getByRole('button', { name: 'Sign in' }).click();
    return visited;
  }

  test('an admin finds a job and its user by any of their names, and reads about both', async () => {
    const { page, troubles, outside } = await visitAsAdmin('/admin');
    const search = page.getByLabel('Find a job or a user');
    for (const text of [logId, id, 'order-7']) {
      await search.fill(text);
      await page.getByRole('button', { name: 'Find' }).click();
      await page.getByRole('heading', { name: 'Job', exact: true }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/admin/jobs/${logId}`);
      await page.getByText('PROVIDER_BAD_REQUEST: The video provider refused this request.').waitFor();
      await page.goBack();
    }
    await search.fill('nothing of that name');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('Nothing here is called “nothing of that name”.').waitFor();
    await search.fill(userId);
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('heading', { name: userId }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/admin/users/${encodeURIComponent(userId)}`);
    await page.getByText('ready to spend').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: logId }).click();
    await page
      .getByText('At the provider')
      .or(page.getByText('No endpoint was notified of this job.'))
      .first()
      .waitFor();
    await page.reload();
    await page.getByText('No endpoint was notified of this job.').waitFor();
    expect(await page.getByText('a secret prompt').count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    expect([outside, troubles.filter((text) => !text.includes('401'))]).toEqual([[], []]);
  }, 180_000);

  test.each([`/admin/jobs/${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`, '/admin/users/nobody'])(
    'an address of nobody says so: %s',
    async (path) => {
      const { page } = await visitAsAdmin(path);
      await page.getByText(/There is no such job|has not used the gateway/).waitFor();
    },
    180_000,
  );

  test('the pages fit every width, in light and dark', async () => {
    for (const path of ['/admin', `/admin/jobs/${logId}`, `/admin/users/${encodeURIComponent(userId)}`]) {
      const { page } = await visitAsAdmin(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page
        .getByText(/ready to spend|In the log|Possible losses/)
        .first()
        .waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of [360, 768, 1280, 1920]) {
          await page.setViewportSize({ width, height: 800 });
          const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
          expect(wide, `${path} at ${width}`).toBeLessThanOrEqual(width);
        }
      }
    }
  }, 180_000);

  test('a user who is no admin finds no page there', async () => {
    const { page } = await world.visit(`/admin/jobs/${logId}`);
    await page.getByLabel('Token or API key').fill(await tokenOf(userId));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('There is nothing here').waitFor();
    expect(await page.getByText('PROVIDER_BAD_REQUEST').count()).toBe(0);
  }, 180_000);
});
