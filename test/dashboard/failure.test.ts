import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, until, type World } from './world.ts';

describe.runIf(hasBrowser)('each failure has its screen (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ JOB_DEADLINE_SECONDS: '6' });
  }, 180_000);
  afterAll(() => world.close());

  test.each([
    ['400', 'refused this request', 'Change the prompt'],
    ['401', 'did not accept the service’s key', 'This is on our side'],
    ['403', 'does not allow the service', 'This is on our side'],
    ['404', 'no longer offers this workflow', 'This is on our side'],
    ['410', 'no longer offers this workflow', 'This is on our side'],
    ['406', 'run out of credits at its provider', 'This is on our side'],
    ['500', 'could not take the job', 'Try again in a few minutes'],
    ['502', 'could not be learnt', 'You may try again'],
    ['504', 'could not be learnt', 'You may try again'],
    ['reset', 'could not be learnt', 'You may try again'],
  ])('a submission that ends with %s is told where it was asked for, and on its job', async (code, title, todo) => {
    const { page, outside } = await world.visit('/');
    await page.getByLabel('Prompt').fill(`@test/submit:${code}`);
    await page.getByRole('button', { name: 'Create video' }).click();
    await page.getByText(title).first().waitFor();
    await page.getByText(todo).first().waitFor();
    await page.getByRole('link', { name: 'See the job' }).click();
    await page.getByText('67 credits, given back').waitFor();
    await page.getByText(title).first().waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(outside).toEqual([]);
  });

  test.each([
    ['@test/fail', 'GENERATION_FAILED'],
    ['@test/output:none', 'PROVIDER_BAD_OUTPUT'],
    ['@test/stuck', 'DEADLINE_EXCEEDED'],
  ])('a job that fails later is told where it is watched: %s', async (prompt, code) => {
    const id = await makeJob(world.gateway, prompt);
    const { page } = await world.visit(`/jobs/${id}`);
    await page.getByText(code).waitFor();
    await page.getByText('67 credits, given back').waitFor();
    // What was told live is in the history, too.
    await page.locator('.timeline').getByText('Failed', { exact: true }).waitFor();
  });

  test('a failed job is tried again, and both know each other', async () => {
    const id = await makeJob(world.gateway, '@test/submit:400');
    const { page } = await world.visit(`/jobs/${id}`);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('refused this request').first().waitFor();
  });

  test('what is wrong with a field is told at the field, which gets the focus', async () => {
    const { page } = await world.visit('/');
    await page.getByLabel('Seed', { exact: true }).fill('many');
    await page.getByLabel('Prompt').fill('x'.repeat(2001));
    await page.getByRole('button', { name: 'Create video' }).click();
    await until(page, 'document.activeElement?.id === "prompt"');
    expect(await page.locator('#prompt-issue').textContent()).toContain('2000');
    expect(await page.locator('#seed').getAttribute('aria-describedby')).toBe('seed-issue');
    await page.getByText('Please look at the marked fields.').waitFor();
  });

  test('an address that leads nowhere, or to nothing of ours, says so', async () => {
    const { page } = await world.visit('/jobs/Sm9iOjAxOTAwMDAw');
    await page.getByRole('heading', { name: 'No such job' }).waitFor();
  });

  test('a gateway that is away is told, with a way to try again', async () => {
    const { page } = await world.visit('/');
    await page.getByRole('button', { name: 'Create video' }).waitFor();
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('button', { name: 'Create video' }).click();
    await page.getByText('Asking again makes no second video.').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Create video' }).click();
    await page.getByRole('heading', { name: '2 people in a business meeting' }).waitFor();
  });
});

describe.runIf(hasBrowser)('limits (needs the Debian package chromium)', () => {
  test('credits that running jobs hold are named, and whether waiting helps', async () => {
    const world = await openWorld({ VIDEO_PRICE_CREDITS: '400' });
    try {
      for (let made = 0; made < 2; made += 1) await makeJob(world.gateway, '@test/stuck');
      const { page } = await world.visit('/');
      await page.getByRole('button', { name: 'Create video' }).click();
      await page
        .getByText('This takes 400 credits and you have 200 available. Running jobs hold 800. Waiting helps')
        .waitFor();
    } finally {
      await world.close();
    }
  }, 180_000);

  test('too many jobs at once are told with when to come back', async () => {
    const world = await openWorld({ USER_JOBS_IN_FLIGHT: '1' });
    try {
      await makeJob(world.gateway, '@test/stuck');
      const { page } = await world.visit('/');
      await page.getByRole('button', { name: 'Create video' }).click();
      await page.getByText(/Try again in \d+ s/).waitFor();
    } finally {
      await world.close();
    }
  }, 180_000);
});
