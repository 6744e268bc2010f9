import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request, testSecret, tokenOf } from '../../world/gateway.ts';
import { hasBrowser } from '../world/browser.ts';
import { makeJob, openWorld, until, type World } from './world.ts';

const widths = [360, 390, 641, 660, 700, 768, 820, 861, 961, 1024, 1280, 1920];

/** The texts below a selector that take more than one line. */
function wrapped(page: Page, selector: string): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`(() => {
    const found = [];
    for (const root of document.querySelectorAll(${JSON.stringify(selector)})) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom)));
        if (lines.size > 1) found.push(walker.currentNode.textContent);
      }
    }
    return found;
  })()`);
}

function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth');
}

describe.runIf(hasBrowser)('the header (needs the Debian package chromium)', () => {
  test('keeps every word in one piece, and within the window, at any width', async () => {
    const world = await openWorld({ AUTH_JWT_SECRET: testSecret });
    try {
      const { page } = await world.visit('/credits');
      const token = await tokenOf('a-user-with-a-rather-long-name', { roles: ['admin'] });
      await page.getByLabel('Token or API key').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByTestId('available').waitFor();
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 });
        expect(await wrapped(page, '.header'), `${width} px`).toEqual([]);
        expect(await overflow(page), `${width} px`).toBe(0);
        const end = await page.evaluate<number>(
          'Math.max(...[...document.querySelectorAll(".header *")].map((each) => each.getBoundingClientRect().right))',
        );
        expect(end, `${width} px`).toBeLessThanOrEqual(width);
      }
    } finally {
      await world.close();
    }
  }, 180_000);
});

describe.runIf(hasBrowser)('long texts (needs the Debian package chromium)', () => {
  let world: World;
  const ids: string[] = [];
  beforeAll(async () => {
    world = await openWorld();
    for (const text of ['word '.repeat(390), 'x'.repeat(1900), 'a\nb\n'.repeat(400)])
      ids.push(await makeJob(world.gateway, `@test/ok:1s ${text.trim()}`));
    ids.push(await makeJob(world.gateway, '@test/submit:502', 'r'.repeat(255)));
    ids.push(await makeJob(world.gateway, '@test/submit:502 שלום עולם'));
  }, 180_000);
  afterAll(() => world.close());

  test('keep the ledger’s columns and the height of its rows', async () => {
    // The labels of the chart broke from 10,000 credits on.
    await request(
      world.gateway,
      'mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { __typename } }',
      {
        input: { userId: 'demo', credits: 1_000_000, reason: 'A long number', idempotencyKey: 'long' },
      },
    );
    const { page } = await world.visit('/credits');
    await page.getByText('1,000').first().waitFor();
    await until(page, 'document.querySelectorAll(".ledger tbody tr").length === 5');
    await page
      .locator('.chart')
      .getByText(/^1,000,\d{3}$/)
      .waitFor();
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      expect(await wrapped(page, '.ledger tbody'), `${width} px`).toEqual([]);
      expect(await wrapped(page, '.chart'), `${width} px`).toEqual([]);
      expect(await overflow(page), `${width} px`).toBe(0);
    }
  });

  test('keep a job’s video in view, and are shown whole on request', async () => {
    for (const id of ids.slice(0, 3)) {
      const { page } = await world.visit(`/jobs/${id}`, { viewport: { width: 360, height: 740 } });
      await page.locator('video').waitFor();
      expect((await page.locator('video').boundingBox())?.y).toBeLessThan(400);
      expect(await overflow(page)).toBe(0);
      await page.getByRole('button', { name: 'Show the whole prompt' }).click();
      expect((await page.locator('video').boundingBox())?.y).toBeGreaterThan(700);
      expect(await overflow(page)).toBe(0);
    }
  });

  test('keep their lines in a heading of plain size, of which three are shown until somebody asks for all', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
    const id = await makeJob(world.gateway, `@test/ok:1s\n${lines.join('\n')}`);
    const { page } = await world.visit(`/jobs/${id}`);
    const heading = page.getByRole('heading', { level: 1 });
    await heading.waitFor();
    const measured = () =>
      page.evaluate<{ readonly shown: number; readonly all: number; readonly size: number }>(`(() => {
        const heading = document.querySelector('h1');
        const { lineHeight, fontSize } = getComputedStyle(heading);
        const linesOf = (height) => Math.round(height / parseFloat(lineHeight));
        const size = parseFloat(fontSize) / parseFloat(getComputedStyle(document.body).fontSize);
        return { shown: linesOf(heading.clientHeight), all: linesOf(heading.scrollHeight), size };
      })()`);
    const { size, ...cut } = await measured();
    expect(cut).toEqual({ shown: 3, all: 13 });
    expect(size).toBeLessThan(1.2);
    await page.getByRole('button', { name: 'Show the whole prompt' }).click();
    expect(await measured()).toMatchObject({ shown: 13, all: 13 });
    await page.getByRole('button', { name: 'Show less' }).click();
    expect(await measured()).toMatchObject({ shown: 3 });
  });

  test('of failures are whole in the list where there is room, and on a phone the prompt has a line of its own', async () => {
    const { page } = await world.visit('/jobs');
    const row = page.locator(`[data-job="${ids[4]}"]`);
    const reason = row.locator('.outcome .quiet');
    await reason.getByText('It is unclear whether').waitFor();
    for (const width of [1024, 1280, 1440, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      const isWhole = await page.evaluate<boolean>(
        `((text) => text.scrollHeight <= text.clientHeight + 1)(document.querySelector('[data-job="${ids[4]}"] .outcome .quiet'))`,
      );
      expect(isWhole, `${width} px`).toBe(true);
    }
    await page.setViewportSize({ width: 390, height: 800 });
    const [prompt, badge] = [await row.locator('.prompt').boundingBox(), await row.locator('.badge').boundingBox()];
    expect(prompt?.width).toBeGreaterThan(200);
    expect(badge?.y).toBeGreaterThanOrEqual((prompt?.y ?? 0) + (prompt?.height ?? 0));
  });

  test('of failures can be read in the list, beside any reference', async () => {
    const { page } = await world.visit('/jobs');
    await page.locator(`[data-job="${ids[3]}"]`).waitFor();
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      expect(await overflow(page), `${width} px`).toBe(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    const shown = await page.locator(`[data-job="${ids[3]}"] .outcome .quiet`).boundingBox();
    expect(shown?.width).toBeGreaterThan(280);
  });

  test('written from right to left start at the right', async () => {
    const { page } = await world.visit(`/jobs/${ids[4]}`);
    const heading = page.getByRole('heading', { level: 1 });
    await heading.waitFor();
    expect(await heading.getAttribute('dir')).toBe('auto');
    await page.getByRole('link', { name: 'Edit and run again' }).click();
    await page.getByLabel('Prompt').fill('שלום');
    expect(await page.evaluate('getComputedStyle(document.querySelector("#prompt")).direction')).toBe('rtl');
  });

  test('fit the form of a narrow phone', async () => {
    const { page } = await world.visit('/', { viewport: { width: 360, height: 740 } });
    await page.getByLabel('Seed', { exact: true }).fill('2147483647');
    expect(await wrapped(page, '.field-head')).toEqual([]);
    expect(
      await page.evaluate<boolean>('((seed) => seed.scrollWidth <= seed.clientWidth)(document.querySelector("#seed"))'),
    ).toBe(true);
  });
});

describe.runIf(hasBrowser)('a video after the deadline (needs the Debian package chromium)', () => {
  test('appears on the page that was left open', async () => {
    const world = await openWorld({ JOB_DEADLINE_SECONDS: '4' });
    try {
      const id = await makeJob(world.gateway, '@test/slow:9s');
      const { page } = await world.visit(`/jobs/${id}`);
      const list = await world.visit('/jobs');
      const row = list.page.locator(`[data-job="${id}"]`);
      await page.getByText('DEADLINE_EXCEEDED').waitFor();
      await page.getByRole('button', { name: /^Try again/ }).waitFor();
      await row.getByText('Failed', { exact: true }).waitFor();
      await page.getByText('The video arrived late').waitFor();
      await page.locator('video').waitFor();
      // It is yours: nothing asks for the price of a second one.
      await page.getByText('Late video', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: /^Try again/ }).count()).toBe(0);
      await row.getByText('Late video', { exact: true }).waitFor();
      await row.getByText('Video arrived late, free of charge').waitFor();
      await list.page.getByText('Select all').click();
      await list.page.getByRole('button', { name: 'Download 1' }).waitFor();
      expect(await list.page.getByRole('button', { name: /^Try again/ }).count()).toBe(0);
    } finally {
      await world.close();
    }
  }, 180_000);
});

describe.runIf(hasBrowser)('the jobs of an admin’s page (need the Debian package chromium)', () => {
  test('keep each id in one line, in a table that scrolls within its card', async () => {
    const world = await openWorld();
    try {
      await makeJob(world.gateway, '@test/submit:502');
      const { page } = await world.visit('/admin');
      await page.getByRole('cell', { name: 'SUBMISSION_UNCONFIRMED' }).waitFor();
      for (const width of [360, 768, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await wrapped(page, '.wide tbody'), `${width} px`).toEqual([]);
        expect(await overflow(page), `${width} px`).toBe(0);
      }
    } finally {
      await world.close();
    }
  }, 180_000);
});
