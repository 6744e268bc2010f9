import type { Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, violationsOf, type World } from './world.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.runIf(hasBrowser)('everybody can use the dashboard (needs the Debian package chromium)', () => {
  let world: World;
  const paths: Record<string, string> = {};
  beforeAll(async () => {
    world = await openWorld();
    const failed = await makeJob(world.gateway, '@test/submit:502');
    const running = await makeJob(world.gateway, '@test/slow:10m', 'a-reference');
    const faulty = await makeJob(world.gateway, '@test/ok:1s');
    Object.assign(paths, {
      create: '/',
      watch: '/jobs',
      'a running job': `/jobs/${running}`,
      'a failed job': `/jobs/${failed}`,
      'a completed job': `/jobs/${faulty}`,
      credits: '/credits',
      webhooks: '/webhooks',
      keys: '/keys',
      users: '/users',
      admin: '/admin',
      nothing: '/jobs/none',
    });
  }, 180_000);
  afterAll(() => world.close());

  const names = [
    'create',
    'watch',
    'a running job',
    'a failed job',
    'a completed job',
    'credits',
    'webhooks',
    'keys',
    'users',
    'admin',
    'nothing',
  ];

  test.each(names)(
    'axe-core finds nothing wrong, light or dark, wide or narrow: %s',
    async (name) => {
      for (const options of [{ colorScheme: 'light' }, { colorScheme: 'dark', ...phone }] as const) {
        const { page, outside } = await world.visit(paths[name] ?? '', { ...options, reducedMotion: 'reduce' });
        await page.getByRole('heading', { level: 1 }).waitFor();
        if (name === 'a completed job') await page.locator('video').waitFor();
        if (name === 'create') await page.getByRole('button', { name: 'Test scenarios' }).click();
        await page.waitForLoadState('networkidle');
        expect(await violationsOf(page)).toEqual([]);
        expect(outside).toEqual([]);
      }
    },
    90_000,
  );

  test.each(names)('fits a phone, without scrolling sideways: %s', async (name) => {
    const { page } = await world.visit(paths[name] ?? '', { ...phone, viewport: { width: 360, height: 740 } });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  test('a phone makes a video with its thumb', async () => {
    const { page, troubles } = await world.visit('/jobs', phone);
    await page.getByRole('link', { name: 'Create' }).tap();
    await page.getByLabel('Prompt').fill('@test/ok:1s');
    await page.getByRole('button', { name: /^Create ·/ }).tap();
    await page.locator('video').waitFor();
    expect(troubles).toEqual([]);
  });

  test('nothing moves for users who prefer reduced motion', async () => {
    const { page } = await world.visit(paths['a running job'] ?? '', { reducedMotion: 'reduce' });
    await page.getByRole('progressbar').waitFor();
    expect(await page.evaluate('getComputedStyle(document.querySelector(".fill")).transitionDuration')).toBe('0s');
  });

  test('screen readers announce that a job has ended', async () => {
    const { page } = await world.visit('/credits');
    await page.getByRole('heading', { name: 'Credits' }).waitFor();
    await page.locator('[data-connection="live"]').waitFor({ state: 'attached' });
    await makeJob(world.gateway, '@test/ok:1s heard');
    await page.getByRole('status').getByText('Completed: @test/ok:1s heard').waitFor();
  });
});

describe.runIf(hasBrowser)('GraphiQL and the dashboard (needs the Debian package chromium)', () => {
  test('each page opens its exact operation in GraphiQL, which runs it only on request', async () => {
    const world = await openWorld();
    try {
      const id = await makeJob(world.gateway, '@test/ok:1s linked');
      for (const [path, operation, shown] of [
        [`/jobs/${id}`, 'query Job(', 'linked'],
        ['/credits', 'query Ledger(', 'balanceAfter'],
        ['/admin', 'query Operations', 'lossJobs'],
      ] as const) {
        const { page } = await world.visit(path);
        const requests: Request[] = [];
        page.context().on('request', (request) => requests.push(request));
        const [graphiql] = await Promise.all([
          page.context().waitForEvent('page'),
          page.getByRole('link', { name: 'Open in GraphiQL' }).click(),
        ]);
        await graphiql.getByText(operation).first().waitFor();
        const ofGraphiql = () =>
          requests.flatMap((request) => (request.frame().page() === graphiql ? (request.postData() ?? []) : []));
        await expect.poll(() => ofGraphiql().length, { timeout: 60_000 }).toBeGreaterThan(0);
        expect(graphiql.url()).not.toContain('#');
        expect(ofGraphiql().filter((body) => !body.includes('IntrospectionQuery'))).toEqual([]);
        await graphiql.getByRole('button', { name: /execute query/i }).click();
        await graphiql.locator('.graphiql-response').getByText(shown).first().waitFor();
      }
    } finally {
      await world.close();
    }
  }, 240_000);
});
