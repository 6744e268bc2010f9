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
    ['400', 'refused this request', 'Change the prompt', ['Edit and run again']],
    ['401', 'did not accept the service’s key', 'on our side', ['Edit and run again', 'Check the provider']],
    ['403', 'does not allow the service', 'on our side', ['Edit and run again', 'Check the provider']],
    ['404', 'no longer offers this workflow', 'on our side', ['Edit and run again', 'Check the provider']],
    ['410', 'no longer offers this workflow', 'on our side', ['Edit and run again', 'Check the provider']],
    [
      '406',
      'run out of credits at its provider',
      'on our side',
      ['Try again · 67 credits', 'Edit and run again', 'Check the provider'],
    ],
    ['500', 'could not take the job', 'Try again in a few minutes', ['Try again · 67 credits', 'Edit and run again']],
    ['502', 'It is unclear whether', 'You can try again', ['Try again · 67 credits', 'Edit and run again']],
    ['504', 'It is unclear whether', 'You can try again', ['Try again · 67 credits', 'Edit and run again']],
    ['reset', 'It is unclear whether', 'You can try again', ['Try again · 67 credits', 'Edit and run again']],
  ])('the form and the job show a submission that ends with %s, and the job shows what to do', async (...row) => {
    const [code, title, todo, actions] = row;
    const { page, outside } = await world.visit('/');
    await page.getByLabel('Prompt').fill(`@test/submit:${code}`);
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.getByText(title).first().waitFor();
    await page.getByText(todo).first().waitFor();
    await page.getByRole('link', { name: 'See the job' }).click();
    await page.getByText('67 credits, returned').waitFor();
    // The provider never had it, and yet it took its time.
    await page.locator('.facts').getByText('Took', { exact: true }).waitFor();
    await page.getByText(title).first().waitFor();
    const shown = page.locator('.job-actions').locator('button:visible, a:visible');
    await expect.poll(() => shown.allTextContents()).toEqual([...actions, 'Delete …']);
    expect(outside).toEqual([]);
  });

  test.each([
    ['@test/fail', 'GENERATION_FAILED'],
    ['@test/moderated', 'CONTENT_REJECTED'],
    ['@test/stuck', 'DEADLINE_EXCEEDED'],
  ])('a job that fails later is shown on its open page: %s', async (prompt, code) => {
    const id = await makeJob(world.gateway, prompt);
    const { page } = await world.visit(`/jobs/${id}`);
    await page.getByText(code).waitFor();
    await page.getByText('67 credits, returned').waitFor();
    // What the page showed live is in the history, too.
    await page.locator('.timeline [data-status="FAILED"]').waitFor();
  });

  test('a failed job is retried, and both link to each other', async () => {
    const id = await makeJob(world.gateway, '@test/fail');
    const { page } = await world.visit(`/jobs/${id}`);
    await page.getByRole('button', { name: 'Try again · 67 credits' }).click();
    await page.getByRole('link', { name: 'an earlier job' }).click();
    await page.waitForURL(`**/jobs/${id}`);
  });

  test('a job that needs another input is edited and run again, from a form that keeps what was typed', async () => {
    const id = await makeJob(world.gateway, '@test/submit:400', 'shop-7');
    const { page } = await world.visit(`/jobs/${id}`);
    await page.getByRole('link', { name: 'Edit and run again' }).click();
    await until(page, 'document.querySelector("#prompt")?.value === "@test/submit:400"');
    await expect.poll(() => page.getByLabel('Reference').inputValue()).toBe('shop-7');
    await page.getByLabel('Prompt').fill('@test/ok:1s edited');
    await page.getByRole('link', { name: 'Credits', exact: true }).click();
    await page.getByRole('heading', { name: 'Credits' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.locator('.result').getByRole('link', { name: '@test/ok:1s edited' }).click();
    await page.getByRole('heading', { name: '@test/ok:1s edited' }).waitFor();
    await page.getByText('shop-7').waitFor();
  });

  test('a field’s error is shown at the field, which gets the focus', async () => {
    const { page } = await world.visit('/');
    await page.getByLabel('Seed', { exact: true }).fill('many');
    await page.getByLabel('Prompt').fill('x'.repeat(2001));
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await until(page, 'document.activeElement?.id === "prompt"');
    expect(await page.locator('#prompt-issue').textContent()).toBe(
      'The prompt must have 1 to 2000 characters; it has 2001.',
    );
    expect(await page.locator('#seed').getAttribute('aria-describedby')).toBe('seed-issue');
    await page.getByText('Please check the marked fields.').waitFor();
  });

  test('an unknown address or a missing job shows that', async () => {
    const { page } = await world.visit('/jobs/Sm9iOjAxOTAwMDAw');
    await page.getByRole('heading', { name: 'Job not found' }).waitFor();
    for (const path of ['/nope', '/jobs/a/b']) {
      expect((await page.goto(world.gateway.url + path))?.status(), path).toBe(404);
      await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    }
    await page.getByRole('main').getByRole('link', { name: 'Dashboard' }).click();
    await page.getByRole('button', { name: /^Create ·/ }).waitFor();
  });

  test('an unreachable gateway is reported, with a button to retry', async () => {
    const { page } = await world.visit('/');
    await page.getByRole('button', { name: /^Create ·/ }).waitFor();
    await page.getByLabel('Prompt').fill('@test/ok:1s at last');
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.getByText('it won’t create a second video').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.locator('.result').getByText('@test/ok:1s at last').waitFor();
  });
});

describe.runIf(hasBrowser)('a provider in trouble (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  test('limits requests: the page of a job says so, and when it is sent again', async () => {
    const id = await makeJob(world.gateway, '@test/pending:2m');
    const { page } = await world.visit(`/jobs/${id}`);
    const waiting = page.locator('.waiting');
    await waiting.getByText('The provider limits requests').waitFor();
    await waiting.getByText(/^Next try in (1 min|2 min|\d+ s)/).waitFor();
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const [stage, screen] = [await page.locator('.stage').boundingBox(), await waiting.boundingBox()];
      expect((screen?.x ?? 0) + (screen?.width ?? 0), `${width} px`).toBeLessThanOrEqual(
        (stage?.x ?? 0) + (stage?.width ?? 0),
      );
      expect((stage?.x ?? 0) + (stage?.width ?? 0), `${width} px`).toBeLessThanOrEqual(width - 16);
    }
    await page.locator('.timeline').getByText('The provider limits requests').waitFor();
    await page
      .getByRole('list', { name: 'Where the time went' })
      .getByText(/^Sending \d/)
      .waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Nothing was charged.').first().waitFor();
  });

  test('fails polls: an admin sees how many, even if the video came in the end', async () => {
    const id = await makeJob(world.gateway, '@test/poll:502');
    const { page } = await world.visit(`/jobs/${id}`);
    await page.locator('video').waitFor();
    const words = page.getByRole('region', { name: 'At the provider' });
    await words.getByText('3 in a row').waitFor();
    await page.reload();
    await words.getByText('3 in a row').waitFor();
    const phases = page.getByRole('list', { name: 'Where the time went' }).getByRole('listitem');
    expect(await phases.allTextContents()).toEqual([
      expect.stringMatching(/^Sending \d\.\d s$/),
      expect.stringMatching(/^Queue \d+(\.\d)? s$/),
    ]);
    const healthy = await makeJob(world.gateway, '@test/ok:1s');
    await page.goto(`${world.gateway.url}/jobs/${healthy}`);
    await page.locator('video').waitFor();
    await page.waitForLoadState('networkidle');
    expect(await words.count()).toBe(0);
  }, 180_000);

  test('says why it failed a job, in words that an admin sees', async () => {
    const id = await makeJob(world.gateway, '@test/submit:400');
    const { page } = await world.visit(`/jobs/${id}`);
    const words = page.getByRole('region', { name: 'At the provider' });
    await words.getByText('Invalid parameters or request format').waitFor();
    await words.getByText('400', { exact: true }).waitFor();
  });
});

describe.runIf(hasBrowser)('limits (needs the Debian package chromium)', () => {
  test('a shortage of credits names what running jobs hold, and leads an admin to a grant for themselves', async () => {
    const world = await openWorld({ VIDEO_PRICE_CREDITS: '400' });
    try {
      for (let made = 0; made < 2; made += 1) await makeJob(world.gateway, '@test/stuck');
      const { page } = await world.visit('/');
      await page.getByText('You are 200 credits short. Running jobs hold 800').waitFor();
      await page.getByLabel('Prompt').fill('@test/ok:1s');
      await page.getByRole('button', { name: /^Create ·/ }).click();
      await page.getByText('This video needs 400 credits and you have 200 available. Running jobs hold 800').waitFor();
      await page.getByRole('link', { name: 'Grant yourself credits' }).click();
      await page.getByRole('heading', { name: 'Grant credits' }).waitFor();
      await expect.poll(() => page.getByLabel('User', { exact: true }).inputValue()).toBe('demo');
    } finally {
      await world.close();
    }
  }, 180_000);

  test('too many jobs at once are refused with the time to wait', async () => {
    const world = await openWorld({ USER_JOBS_IN_FLIGHT: '1' });
    try {
      await makeJob(world.gateway, '@test/stuck');
      const { page } = await world.visit('/');
      await page.getByLabel('Prompt').fill('@test/ok:1s');
      await page.getByRole('button', { name: /^Create ·/ }).click();
      await page.getByText(/Try again in \d+ s/).waitFor();
    } finally {
      await world.close();
    }
  }, 180_000);
});
