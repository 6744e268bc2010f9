import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Loose, request, testSecret, tokenOf } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { openWorld, signOut, type Visit, type World } from './world.ts';

describe.runIf(hasBrowser)('a key that allows less than everything (needs the Debian package chromium)', () => {
  let world: World;
  let jobId: string;
  beforeAll(async () => {
    world = await openWorld({ AUTH_JWT_SECRET: testSecret });
    const { data } = await request(
      world.gateway,
      'mutation { generateVideo(input: { prompt: "@test/ok:1s" }) { ... on GenerateVideoSuccess { job { id } } } }',
      {},
      await tokenOf('ada'),
    );
    jobId = data.generateVideo.job.id;
  }, 180_000);
  afterAll(() => world.close());

  async function keyFor(...scopes: readonly string[]): Promise<string> {
    const { data } = await request(
      world.gateway,
      `mutation ($scopes: [Scope!]) { createApiKey(input: { userId: "ada", scopes: $scopes }) {
        ... on CreateApiKeySuccess { secret }
      } }`,
      { scopes },
      await tokenOf('root', { roles: ['admin'] }),
    );
    return data.createApiKey.secret;
  }

  async function visitWith(path: string, ...scopes: readonly string[]): Promise<Visit> {
    const visited = await world.visit(path);
    await visited.page.getByLabel('Token or API key').fill(await keyFor(...scopes));
    await visited.page.getByRole('button', { name: 'Sign in' }).click();
    await visited.page.getByText('ada', { exact: true }).waitFor();
    return visited;
  }

  const namesOf = (visited: Visit) => visited.page.getByLabel('Pages').getByRole('link').allTextContents();

  test.each([
    [['JOBS_READ'], ['Jobs'], 'Your key can’t create videos'],
    [['JOBS_WRITE'], ['Create', 'Jobs'], 'Create a video'],
    [['CREDITS_READ'], ['Credits'], 'Your key can’t create videos'],
    [['WEBHOOKS_WRITE'], ['Webhooks'], 'Your key can’t create videos'],
    [['JOBS_READ', 'CREDITS_READ'], ['Jobs', 'Credits'], 'Your key can’t create videos'],
  ])('shows the pages that %j opens, also after a reload', async (scopes, names, title) => {
    const visited = await visitWith('/', ...scopes);
    const { page } = visited;
    for (const way of ['sign-in', 'reload'] as const) {
      if (way === 'reload') await page.reload();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      expect(await namesOf(visited)).toEqual(names);
      if (scopes.includes('CREDITS_READ')) await page.getByTestId('available').waitFor();
      else expect(await page.getByTestId('available').count()).toBe(0);
    }
    for (const name of names) {
      await page.getByLabel('Pages').getByRole('link', { name }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.locator('.notice[data-tone=bad]').allTextContents()).toEqual([]);
    }
    await signOut(page);
    await page.getByLabel('Token or API key').waitFor();
  });

  test('shows in the history of a job how many polls failed, also to a key that only reads jobs', async () => {
    const { data } = await request(
      world.gateway,
      'mutation { generateVideo(input: { prompt: "@test/poll:502" }) { ... on GenerateVideoSuccess { job { id } } } }',
      {},
      await tokenOf('ada'),
    );
    const { page } = await visitWith(`/jobs/${data.generateVideo.job.id}`, 'JOBS_READ');
    const history = page.getByRole('region', { name: 'History' });
    await history.getByText(/^\d polls? failed so far; the gateway polls on\.$/).waitFor();
    await page.locator('video').waitFor();
    const steps = history.getByRole('listitem');
    await expect.poll(() => steps.last().textContent()).toContain('The video is ready.');
    expect(await steps.nth(-2).textContent()).toBe('3 polls failed; a later one brought an answer.');
    expect(await page.getByRole('region', { name: 'At the provider' }).count()).toBe(0);
  }, 180_000);

  test('is shown what it lacks for the page of an endpoint', async () => {
    const { page } = await visitWith('/webhooks/V2ViaG9va0VuZHBvaW50OjE', 'JOBS_READ');
    await page.getByRole('heading', { name: 'Your key can’t manage webhooks' }).waitFor();
    await page.getByText('webhooks:write').waitFor();
  });

  test('creates a video if it may write but not see credits', async () => {
    const { page } = await visitWith('/', 'JOBS_WRITE');
    await page.getByLabel('Prompt').fill('@test/ok:1s');
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.locator('.result video').waitFor();
  });

  test('sees a job without the buttons that it may not press', async () => {
    const { page } = await visitWith(`/jobs/${jobId}`, 'JOBS_READ');
    await page.locator('video').waitFor();
    expect(await page.locator('.job-actions').count()).toBe(0);
  });

  test('sees ledger entries without the jobs that they paid for', async () => {
    const { page } = await visitWith('/credits', 'CREDITS_READ');
    await page.getByRole('cell', { name: '-67' }).first().waitFor();
    expect(await page.locator('.ledger a').count()).toBe(0);
  });
});

describe.runIf(hasBrowser)('a page that breaks (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ AUTH_JWT_SECRET: testSecret });
  }, 180_000);
  afterAll(() => world.close());

  /** Signs in; from then on the responses of one operation carry something that no page can render. */
  async function signInWithSpoiled({ page }: Visit, operation: string, spoil: (data: Loose) => void) {
    await page.getByLabel('Token or API key').waitFor();
    await page.route('**/graphql', async (route) => {
      if (!(route.request().postData() ?? '').includes(`query ${operation}`)) return route.continue();
      const response = await route.fetch();
      const json: Loose = await response.json();
      if (json.data !== undefined) spoil(json.data);
      return route.fulfill({ response, json });
    });
    await page.getByLabel('Token or API key').fill(await tokenOf('ada'));
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  test('shows an error, and keeps the header and the other pages', async () => {
    const visited = await world.visit('/credits');
    await signInWithSpoiled(visited, 'Ledger', (data) => {
      data.viewer.account.ledger.nodes = [null];
    });
    const { page } = visited;
    await page.getByText('This page broke.').waitFor();
    await page.getByLabel('Pages').getByRole('link', { name: 'Jobs' }).click();
    await page.getByText('No jobs yet').waitFor();
  });

  test('never stays blank: there is a way to sign out', async () => {
    const visited = await world.visit('/');
    await signInWithSpoiled(visited, 'Viewer', (data) => {
      data.viewer.scopes = null;
    });
    const { page } = visited;
    await page.getByText('This page broke.').waitFor();
    await page.reload();
    await page.getByText('This page broke.').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token or API key').waitFor();
  });

  test('an unknown address shows that before anybody signs in', async () => {
    const { page } = await world.visit('/nowhere');
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  });
});
