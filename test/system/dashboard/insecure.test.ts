import { chromium, type Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { makeFolder, startGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { browserOptions, hasBrowser } from '../world/browser.ts';
import { freePort } from '../world/redis.ts';
import { openWorld, until, visit } from './world.ts';

const pages = ['/jobs', '/credits', '/webhooks', '/keys', '/users', '/admin'];

async function signInAsAdmin(page: Page): Promise<void> {
  await page.getByLabel('Token or API key').fill(await tokenOf('root', { roles: ['admin'] }));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Makes a video and visits every page. */
async function useAll(page: Page): Promise<void> {
  await page.getByLabel('Prompt').fill('@test/ok:1s everywhere');
  await page.getByRole('button', { name: /^Create ·/ }).click();
  await page.locator('.result video').waitFor();
  for (const path of pages) {
    await page.locator(`header a[href$="${path}"]`).first().click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.getByText('This page broke').count(), path).toBe(0);
  }
}

describe.runIf(hasBrowser)('a dashboard over plain HTTP, from another host (needs the Debian package chromium)', () => {
  test('works on every page, copies, and grants credits', async () => {
    const folder = await makeFolder();
    const port = await freePort();
    const gateway = await startGateway(folder.path, {
      LOG_LEVEL: 'warn',
      AUTH_JWT_SECRET: testSecret,
      PORT: `${port}`,
      PUBLIC_URL: `http://reelgate.test:${port}`,
    });
    const { args, ...options } = browserOptions();
    const browser = await chromium.launch({
      ...options,
      args: [...args, '--host-resolver-rules=MAP reelgate.test 127.0.0.1'],
    });
    try {
      const { page, troubles } = await visit(browser, `http://reelgate.test:${port}`, { path: '/' });
      // Browsers offer the clipboard and random UUIDs on secure pages only.
      expect(await page.evaluate('[isSecureContext, typeof navigator.clipboard, typeof crypto.randomUUID]')).toEqual([
        false,
        'undefined',
        'undefined',
      ]);
      await signInAsAdmin(page);
      await useAll(page);
      await page.getByRole('link', { name: 'Users' }).first().click();
      await page.getByLabel('User', { exact: true }).fill('root');
      await page.getByLabel('Credits', { exact: true }).fill('5');
      await page.getByLabel('Reason').fill('Plain');
      await page.getByRole('button', { name: 'Grant', exact: true }).click();
      await page.getByText(/^root now has/).waitFor();

      await page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
      await page.locator('[data-job]').click();
      const id = page.getByRole('button', { name: /^[0-9a-f]{8}-[0-9a-f-]{27}$/ });
      await id.click();
      await page.getByRole('status').getByText('Copied').waitFor({ state: 'attached' });
      const copied = await id.textContent();
      // The check is gone after a while: it says what happened, not what is.
      await page.getByRole('status').getByText('Copied').waitFor({ state: 'detached' });
      await page.keyboard.press('/');
      await until(page, 'document.activeElement?.id === "search"');
      await page.keyboard.press('Control+V');
      await expect.poll(() => page.getByLabel('Search jobs').inputValue()).toBe(copied);
      expect(troubles.filter((text) => !text.includes('401'))).toEqual([]);
    } finally {
      await browser.close();
      await gateway.stop();
      await folder.remove();
    }
  }, 240_000);
});

describe.runIf(hasBrowser)('a browser that keeps nothing for the page (needs the Debian package chromium)', () => {
  test('shows it all the same, and what it would keep lasts until the page is left', async () => {
    const world = await openWorld({ AUTH_JWT_SECRET: testSecret });
    const context = await world.browser.newContext();
    try {
      await context.addInitScript(`
        for (const name of ['sessionStorage', 'localStorage']) {
          Object.defineProperty(window, name, { get() { throw new DOMException('Access is denied', 'SecurityError'); } });
        }
      `);
      const page = await context.newPage();
      const troubles: string[] = [];
      page.on('pageerror', (error) => troubles.push(error.message));
      await page.goto(world.gateway.url);
      await signInAsAdmin(page);
      await useAll(page);
      await page.keyboard.press('n');
      await until(page, 'document.querySelector("#prompt")?.value === "@test/ok:1s everywhere"');
      await page.getByRole('button', { name: /^Account of/ }).click();
      await page.getByLabel('Dark').check();
      await until(page, 'document.documentElement.dataset.theme === "dark"');
      expect(await page.getByLabel('Dark').isChecked()).toBe(true);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Token or API key').waitFor();
      expect(troubles).toEqual([]);
    } finally {
      await context.close();
      await world.close();
    }
  }, 240_000);
});
