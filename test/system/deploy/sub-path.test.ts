import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { findJob, generate, watchJob } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, subscribe } from '../../world/gateway.ts';
import { until, visit } from '../dashboard/world.ts';
import { hasBrowser, openBrowser } from '../world/browser.ts';
import { freePort } from '../world/redis.ts';
import { hasNginx, runNginx } from './nginx-world.ts';

vi.setConfig({ testTimeout: 180_000 });

const base = '/reelgate/video';

const networks = readFileSync(join(projectRoot(), 'docs/network.md'), 'utf8');

/** The page's whole configuration, and the two lines that it names as others. */
const [whole = '', keeping = ''] = [...networks.matchAll(/^```nginx\n(.*?)^```$/gms)].map(([, text = '']) => text);

const [map = '', location = ''] = whole.split('# In server { }\n');

/** How nginx passes requests on: without the path of PUBLIC_URL, or with it. */
const ways = [
  ['strips its path', location],
  ['keeps its path', location.replace(/^.*\n.*\n/, keeping)],
] as const;

/** A gateway below a path of nginx. Everything outside of the path is answered 418, and fails the test. */
async function openWorld(shown: string) {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const [port, inner] = [await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${port}`;
  const [, proxies = ''] = /`TRUSTED_PROXIES=([^`]+)` with this nginx/.exec(networks) ?? [];
  const settings = {
    PORT: String(inner),
    PUBLIC_URL: `${origin}${base}`,
    MEDIA_ACCESS: 'signed',
    TRUSTED_PROXIES: proxies,
  };
  const placed = shown.replaceAll('/reelgate', base).replaceAll(':4000', `:${inner}`);
  const gateway = await startGateway(folder.path, settings);
  onTestFinished(() => gateway.kill());
  expect(gateway.output()).toContain(`${origin}${base}/graphql`);
  await runNginx(
    `${origin}${base}`,
    (path) => `pid ${path}/nginx.pid; error_log stderr warn; events {}
      http {
        access_log off; client_body_temp_path ${path}/body; proxy_temp_path ${path}/proxy; fastcgi_temp_path ${path}/f;
        uwsgi_temp_path ${path}/u; scgi_temp_path ${path}/s;
        ${map}
        server { listen 127.0.0.1:${port}; location / { return 418; } ${placed} }
      }`,
  );
  return { origin, url: `${origin}${base}`, gateway: { url: `${origin}${base}` } };
}

/** The status of each place to which a page links, below its own origin. */
async function linkedFrom(page: string): Promise<Readonly<Record<string, number>>> {
  const html = await (await fetch(page, { headers: { accept: 'text/html' } })).text();
  const links = [...html.matchAll(/(?:href|src)="([^"#]+)/g)].map(([, link = '']) => new URL(link, page));
  const own = new Set(links.filter(({ origin }) => origin === new URL(page).origin).map(({ href }) => href));
  const statuses = await Promise.all(
    [...own].map(async (link) => [link, (await fetch(link, { headers: { accept: 'text/html' } })).status] as const),
  );
  return Object.fromEntries(statuses);
}

describe.runIf(hasNginx).each(ways)('behind an nginx that %s (needs the Debian package nginx)', (_, shown) => {
  test('the API, its streams, videos, posters, documents and probes are below the path', async () => {
    const { url, gateway } = await openWorld(shown);
    expect(await (await fetch(`${url}/nope`)).text()).toContain(`the API is at ${base}/graphql.`);
    expect(await (await fetch(`${url}/`)).text()).toContain(`The API itself is at ${base}/graphql.`);
    for (const path of ['/healthz', '/readyz', '/schema.graphql', '/docs', '/docs/api.md'])
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 200]);

    const { data } = await request(gateway, generate, { input: { prompt: '@test/ok:1s' } });
    const { id } = data.generateVideo.job;
    const updates = subscribe(gateway, watchJob, { id });
    const last = (await updates.all()).at(-1)?.data.jobUpdated;
    await updates.close();
    expect(last).toMatchObject({ status: 'COMPLETED', video: { url: expect.stringContaining(`${url}/`) } });
    const query = JSON.stringify({ query: watchJob, variables: { id } });
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
    const stream = await fetch(`${url}/graphql`, { method: 'POST', headers, body: query });
    expect(await stream.text()).toContain('event: complete');

    const stored = 'query Job($id: ID!) { job(id: $id) { videoUrl video { url storage posterUrl } } }';
    const jobNow = async () => (await request(gateway, stored, { id })).data.job;
    await vi.waitFor(async () => expect((await jobNow()).video).toMatchObject({ storage: 'STORED' }), {
      timeout: 60_000,
    });
    const { videoUrl, video } = await jobNow();
    for (const [link, type] of [
      [videoUrl, 'video/mp4'],
      [video.url, 'video/mp4'],
      [video.posterUrl, 'image/jpeg'],
    ]) {
      expect(link).toMatch(new RegExp(`^${url}/videos/.*signature=`));
      const response = await fetch(link);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
      await response.arrayBuffer();
    }
    expect((await request(gateway, findJob, { id })).data.job.id).toBe(id);
  });

  test('every link of the pages stays below the path, on the page for unknown addresses, too', async () => {
    const { url } = await openWorld(shown);
    for (const page of ['/', '/jobs/abc', '/graphql', '/docs', '/docs/api', '/docs/configuration', '/no/such/page']) {
      const statuses = await linkedFrom(`${url}${page}`);
      expect(Object.keys(statuses).length).toBeGreaterThan(1);
      for (const [link, status] of Object.entries(statuses)) expect([page, link, status]).toEqual([page, link, 200]);
      for (const link of Object.keys(statuses)) expect(link.startsWith(`${url}/`)).toBe(true);
    }
  });
});

describe.runIf(hasNginx && hasBrowser).each(ways)(
  'a browser behind an nginx that %s (needs nginx and chromium)',
  (_, shown) => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser.close());

    test('creates a video on the dashboard, finds it again after a reload, and runs GraphiQL', async () => {
      const { origin, url } = await openWorld(shown);
      const { page, outside, troubles } = await visit(browser, url, { path: '/' });
      const paths: string[] = [];
      page.on('request', (each) => void paths.push(each.url()));
      await page.getByLabel('Prompt').fill('@test/ok:2s');
      await page.getByRole('button', { name: /^Create ·/ }).click();
      await page.waitForURL(`${url}/?job=*`);
      await until(page, "document.querySelector('.result video')?.readyState >= 1");
      await page.locator('.result').getByRole('link', { name: '@test/ok:2s' }).click();
      await page.waitForURL(`${url}/jobs/*`);
      await until(page, "document.querySelector('video')?.readyState >= 1");
      await page.reload();
      await until(page, "document.querySelector('video')?.readyState >= 1");
      await page.getByRole('link', { name: 'Credits' }).click();
      await page.waitForURL(`${url}/credits`);
      await page.goBack();
      await page.waitForURL(`${url}/jobs/*`);
      const [opened] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByRole('link', { name: 'Open in GraphiQL' }).click(),
      ]);
      opened.on('request', (each) => void paths.push(each.url()));
      await opened.getByRole('button', { name: /Execute/ }).click();
      await until(opened, "document.querySelector('.result-window')?.textContent.includes('COMPLETED')");
      await opened.close();
      expect(outside).toEqual([]);
      expect(troubles).toEqual([]);
      const astray = paths.filter((each) => each.startsWith(origin) && !each.startsWith(`${url}/`));
      expect(astray).toEqual([]);
    });
  },
);
