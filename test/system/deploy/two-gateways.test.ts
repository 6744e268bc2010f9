import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeFolder, startGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { signOut, until, visit } from '../dashboard/world.ts';
import { hasBrowser, openBrowser } from '../world/browser.ts';
import { freePort } from '../world/redis.ts';
import { hasNginx, runNginx } from './nginx-world.ts';

vi.setConfig({ testTimeout: 180_000 });

const paths = ['/one', '/one.more', ''] as const;

/** Three gateways on one origin, two of them below a path. Fulfils with the origin. */
async function openOrigin(): Promise<string> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const places: string[] = [];
  for (const path of paths) {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const inner = await freePort();
    const settings = { PORT: String(inner), PUBLIC_URL: `${origin}${path}`, AUTH_JWT_SECRET: testSecret };
    const gateway = await startGateway(folder.path, settings);
    onTestFinished(() => gateway.kill());
    places.push(`location ${path}/ { proxy_pass http://127.0.0.1:${inner}; }`);
  }
  return runNginx(
    origin,
    (folder) => `pid ${folder}/nginx.pid; error_log stderr warn; events {}
      http {
        access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
        map $http_upgrade $connection_header { default upgrade; '' ''; }
        proxy_http_version 1.1; proxy_buffering off; proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_header;
        server { listen 127.0.0.1:${port}; ${places.join(' ')} }
      }`,
  );
}

async function signIn(page: Page, user: string): Promise<void> {
  await page.getByLabel('Token or API key').fill(await tokenOf(user, { env: 'test' }));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: `Account of ${user}` }).waitFor();
}

const keysOf = (page: Page, storage: 'localStorage' | 'sessionStorage') =>
  page.evaluate<string[]>(`Object.keys(${storage}).sort()`);

describe.runIf(hasNginx && hasBrowser)('gateways on one origin (needs nginx and chromium)', () => {
  test('keep sessions, drafts, choices and GraphiQL’s tabs of their own in the browser', async () => {
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    const origin = await openOrigin();
    const { page, troubles } = await visit(browser, origin, { path: '/one/' });
    const prompt = page.getByLabel('Prompt');
    for (const path of paths) {
      await page.goto(`${origin}${path}/`);
      await signIn(page, `user-of${path.replaceAll('/', '-')}`);
      expect(await prompt.inputValue()).toBe('');
      await prompt.fill(`a draft for ${path}`);
    }
    for (const path of paths) {
      await page.goto(`${origin}${path}/`);
      await page.getByRole('button', { name: `Account of user-of${path.replaceAll('/', '-')}`, exact: true }).waitFor();
      await expect.poll(() => prompt.inputValue()).toBe(`a draft for ${path}`);
    }

    await page.goto(`${origin}/one/graphql`);
    await until(page, "Object.keys(localStorage).some((key) => key.includes('graphiql:tabState'))");
    await page.getByRole('button', { name: /Execute/ }).waitFor();
    expect((await keysOf(page, 'localStorage')).filter((key) => !key.startsWith('reelgate:/one:'))).toEqual([]);

    await page.goto(`${origin}/one/`);
    await signOut(page);
    await page.getByLabel('Token or API key').waitFor();
    expect(await keysOf(page, 'sessionStorage')).toEqual([
      'reelgate.credential',
      'reelgate.draft',
      'reelgate:/one.more:credential',
      'reelgate:/one.more:draft',
    ]);
    // Before a sign-in the pages ask who is there.
    expect(troubles.filter((trouble) => !trouble.includes('401 (Unauthorized)'))).toEqual([]);
  });
});
