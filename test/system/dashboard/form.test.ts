import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request, testSecret, tokenOf } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { openWorld, until, type World } from './world.ts';

describe.runIf(hasBrowser)('what a form is refused for (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  test('moves no other field, and names each by its label', async () => {
    const { page } = await world.visit('/');
    const reference = page.getByLabel('Reference');
    const seed = page.getByLabel('Seed', { exact: true });
    await page.getByLabel('Prompt').fill('@test/ok:1s');
    await reference.fill('r'.repeat(256));
    await seed.fill('many');
    const layout = () =>
      page.evaluate<readonly number[]>(`(() => {
        const [seed, reference] = ['#seed', '#externalId'].map((each) => document.querySelector(each).getBoundingClientRect());
        return [seed.height, reference.height, seed.width, reference.width, reference.top - seed.top].map(Math.round);
      })()`);
    const before = await layout();
    expect(before.at(-1)).toBe(0);
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.locator('#seed-issue').waitFor();
    expect(await page.locator('.issue').allTextContents()).toEqual([
      expect.stringMatching(/^The seed must be /),
      'The reference must have at most 255 characters; it has 256.',
    ]);
    // An issue stands below its own field: both stay side by side, and as high.
    expect(await layout()).toEqual(before);
    await reference.fill('short');
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.locator('#externalId-issue').waitFor({ state: 'detached' });
    await page.locator('#seed-issue').waitFor();
    expect(await layout()).toEqual(before);
  });
});

describe.runIf(hasBrowser)('an untouched form (needs the Debian package chromium)', () => {
  test('makes no video where one costs money, and has another seed in each tab', async () => {
    const world = await openWorld({ AUTH_JWT_SECRET: testSecret, SEGMIND_API_KEY: 'sk-none' });
    try {
      const token = await tokenOf('ada', { env: 'live' });
      const seeds = new Set<string>();
      for (const prompt of ['', ' \n ']) {
        const { page, outside } = await world.visit('/');
        await page.getByLabel('Token or API key').fill(token);
        await page.getByRole('button', { name: 'Sign in' }).click();
        const sent: string[] = [];
        page.on('request', (each) => sent.push(each.postData() ?? ''));
        if (prompt !== '') await page.getByLabel('Prompt').fill(prompt);
        await page.getByRole('button', { name: 'Create · 67 credits' }).click();
        await page.getByText('Say what the video should show.').waitFor();
        await page.keyboard.press('Control+Enter');
        await until(page, 'document.activeElement?.id === "prompt"');
        expect(sent.filter((body) => body.includes('generateVideo'))).toEqual([]);
        seeds.add(await page.getByLabel('Seed', { exact: true }).inputValue());
        expect(outside).toEqual([]);
      }
      expect((await request(world.gateway, '{ jobs { totalCount } }', {}, token)).data.jobs.totalCount).toBe(0);
      expect(seeds.size).toBe(2);
      for (const seed of seeds) expect(seed).toMatch(/^\d+$/);
      // The gateway's own default would be the same video each time.
      expect(seeds).not.toContain('1323456');
    } finally {
      await world.close();
    }
  }, 180_000);
});
