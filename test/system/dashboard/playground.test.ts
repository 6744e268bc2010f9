import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request, testSecret, tokenOf } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { openWorld, until, violationsOf, type World } from './world.ts';

describe.runIf(hasBrowser)('the playground (needs the Debian package chromium)', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 180_000);
  afterAll(() => world.close());

  async function inputsOf(reference: string) {
    const query = 'query ($filter: JobFilter) { jobs(filter: $filter) { nodes { id prompt aspectRatio seed } } }';
    const { data } = await request(world.gateway, query, { filter: { externalId: reference } });
    return data.jobs.nodes;
  }

  test('makes a video with Ctrl+Enter, then the same with another seed, and shows both side by side', async () => {
    const { page, troubles } = await world.visit('/');
    await page.getByRole('button', { name: 'Latte art' }).click();
    const prompt = await page.getByLabel('Prompt').inputValue();
    expect(prompt).toContain('latte art');
    await page.getByLabel('Prompt').fill(`@test/ok:1s ${prompt}`);
    await page.getByLabel('Reference').fill('seeds');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL('**/?job=*');
    await page.locator('.result video').waitFor();
    await page.getByRole('button', { name: 'Another seed' }).click();
    await page.waitForURL('**/?job=*&with=*');
    await until(page, 'document.querySelectorAll(".result video").length === 2');
    const [second, first, ...others] = await inputsOf('seeds');
    expect(others).toEqual([]);
    expect(second.seed).not.toBe(first.seed);
    expect({ ...second, id: first.id, seed: first.seed }).toEqual(first);
    await expect.poll(() => page.getByLabel('Seed', { exact: true }).inputValue()).toBe(String(second.seed));
    await page.getByRole('button', { name: 'Play both' }).click();
    await until(page, '[...document.querySelectorAll(".result video")].every((video) => video.currentTime > 0.2)');
    expect(await violationsOf(page)).toEqual([]);

    // Back, the one result; another frame of the strip, its input in the form.
    await page.goBack();
    await page.waitForURL(`**/?job=${first.id}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await expect.poll(() => page.getByLabel('Seed', { exact: true }).inputValue()).toBe(String(first.seed));
    await page.locator(`[data-strip="${second.id}"]`).click();
    await page.waitForURL(`**/?job=${second.id}`);
    await page.locator('.strip').getByRole('link', { name: 'Compare' }).first().click();
    await page.waitForURL(`**/?job=${second.id}&with=${first.id}`);
    expect(troubles).toEqual([]);
  }, 180_000);

  test('keeps a half-written draft through other pages and a reload, and sends no empty prompt', async () => {
    const { page } = await world.visit('/');
    const before = (await request(world.gateway, '{ jobs { totalCount } }')).data.jobs.totalCount;
    await page.getByRole('button', { name: /^Create ·/ }).click();
    await page.getByText('Say what the video should show.').waitFor();
    await until(page, 'document.activeElement?.id === "prompt"');
    expect((await request(world.gateway, '{ jobs { totalCount } }')).data.jobs.totalCount).toBe(before);
    await page.getByLabel('Prompt').fill('half a sen');
    await page.getByLabel('3:4').check();
    await page.getByRole('link', { name: 'Credits', exact: true }).click();
    await page.getByRole('heading', { name: 'Credits' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Credits' }).waitFor();
    await page.keyboard.press('n');
    await until(page, 'document.querySelector("#prompt")?.value === "half a sen"');
    expect(await page.getByLabel('3:4').isChecked()).toBe(true);
  });

  test('has the code for exactly what is in the form, and copies it', async () => {
    const { page } = await world.visit('/', { permissions: ['clipboard-write', 'clipboard-read'] });
    await page.getByLabel('Prompt').fill('A "quoted" tiger');
    await page.getByLabel('Seed', { exact: true }).fill('42');
    await page.getByLabel('1:1').check();
    await page.getByRole('tab', { name: 'Code' }).click();
    for (const name of ['curl', 'Kit', 'urql', 'Apollo', 'Python']) {
      await page.getByRole('tab', { name, exact: true }).click();
      await page.getByRole('button', { name: 'Copy code' }).click();
      const code = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(code, name).toContain('A \\"quoted\\" tiger');
      expect(code, name).toMatch(/seed"?: 42/);
      expect(code, name).toContain('SQUARE_1_1');
      expect(code, name).toContain(`${world.gateway.url}/graphql`);
      await page.getByRole('button', { name: 'Copy code' }).waitFor();
    }
    await page.getByRole('tab', { name: 'curl' }).click();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Kit', selected: true }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.getByText('Your video will play here').waitFor();
    await page.getByRole('button', { name: 'Copy code' }).waitFor();
  });

  test('leads a newcomer through the first steps, and marks those that are done', async () => {
    const own = await openWorld();
    try {
      const { page } = await own.visit('/', { permissions: ['clipboard-write'] });
      const steps = page.getByRole('region', { name: 'First steps' });
      await steps.getByRole('button', { name: 'Create a video' }).click();
      await until(page, 'document.activeElement?.id === "prompt"');
      expect(await steps.locator('[data-done="true"]').count()).toBe(0);
      await page.getByLabel('Prompt').fill('@test/ok:1s');
      await page.keyboard.press('Control+Enter');
      await steps.locator('[data-done="true"]').getByText('Create a video').waitFor();
      await Promise.all([
        page.context().waitForEvent('page'),
        steps.getByRole('link', { name: 'Watch it in GraphiQL' }).click(),
      ]);
      await page.reload();
      await steps.locator('[data-done="true"]').getByText('Watch it in GraphiQL').waitFor();
      await steps.getByRole('link', { name: 'Make an API key' }).click();
      await page.getByRole('heading', { name: 'New key' }).waitFor();
      await page.goBack();
      await steps.locator('[data-done="true"]').getByText('Make an API key').waitFor();
      await steps.getByRole('button', { name: 'Copy the code' }).click();
      await page.getByRole('tab', { name: 'Code', selected: true }).waitFor();
      expect(await steps.locator('[data-done="false"]').allTextContents()).toEqual([
        expect.stringContaining('Copy the code'),
      ]);
      // With the last of them the list is done, and gone.
      await page.getByRole('button', { name: 'Copy code' }).click();
      await steps.waitFor({ state: 'detached' });

      const other = await own.visit('/');
      const again = other.page.getByRole('region', { name: 'First steps' });
      await again.getByRole('button', { name: 'Hide' }).click();
      await again.waitFor({ state: 'detached' });
    } finally {
      await own.close();
    }
  }, 180_000);
});

describe.runIf(hasBrowser)('where jobs cost money (needs the Debian package chromium)', () => {
  test('the header is tinted, and the button has the price in a colour of its own', async () => {
    const world = await openWorld({ AUTH_JWT_SECRET: testSecret, SEGMIND_API_KEY: 'sk-none' });
    try {
      const colours: unknown[] = [];
      for (const env of ['test', 'live']) {
        const { page } = await world.visit('/');
        await page.getByLabel('Token or API key').fill(await tokenOf('ada', { env }));
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('button', { name: 'Create · 67 credits' }).waitFor();
        await page.getByText(env === 'live' ? 'Costs real money' : 'Sandbox, free of charge').waitFor();
        colours.push(
          await page.evaluate(
            '[".header", ".submit .main"].map((each) => getComputedStyle(document.querySelector(each)).backgroundColor)',
          ),
        );
        expect(await violationsOf(page)).toEqual([]);
      }
      expect(colours[0]).not.toEqual(colours[1]);
    } finally {
      await world.close();
    }
  }, 180_000);
});
