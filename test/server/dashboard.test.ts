import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaOriginsOf } from '../../src/app/videos.ts';
import { makeFolder } from '../world/gateway.ts';
import { openWorld, send, type World } from './world.ts';

const s3 = {
  kind: 's3',
  endpoint: 'https://s3.example.com/path',
  region: 'us-east-1',
  bucket: 'videos',
  prefix: '',
  accessKeyId: 'id',
  secretAccessKey: 'secret',
} as const;

describe('the dashboard’s files', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let world: World;

  beforeEach(async () => {
    folder = await makeFolder();
    await mkdir(join(folder.path, 'assets'));
    await writeFile(join(folder.path, 'index.html'), '<!doctype html><title>Dashboard</title>');
    await writeFile(join(folder.path, 'assets/index-abcd1234.js'), 'export const answer = 42;\n'.repeat(100));
    await writeFile(join(folder.path, 'assets/notes.txt'), 'private');
    await writeFile(join(folder.path, 'secret.js'), 'private');
    world = await openWorld({ dashboardFolder: folder.path });
  });
  afterEach(async () => {
    await world.close();
    await folder.remove();
  });

  it('serve one page at every address of its own, revalidated each time', async () => {
    for (const path of [
      '/',
      '/jobs',
      '/jobs/',
      '/jobs/Sm9iOjE',
      '/webhooks',
      '/webhooks/V2ViaG9vaz',
      '/credits',
      '/admin',
      '/admin/jobs/0190',
      '/admin/users/a%2Fb%20c',
      '/?utm=x',
    ]) {
      const { status, headers, text } = await send(world.url, { path });
      expect([status, headers['content-type'], text]).toEqual([
        200,
        'text/html; charset=utf-8',
        expect.stringContaining('Dashboard'),
      ]);
      expect(headers['cache-control']).toBe('no-cache');
    }
    for (const path of ['/index.html', '/jobs/a/b', '/admin/x', '/admin/users/a/b', '/Jobs'])
      expect((await send(world.url, { path })).status, path).toBe(404);
    expect((await send(world.url, { method: 'POST', path: '/' })).status).toBe(405);
  });

  it('leave an unknown address to a page of its own, with 404; programs get JSON', async () => {
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
    for (const path of ['/nope', '/jobs/a/b', '/admin/x', '/Jobs', '/%E0%A4%A', '/?', '//']) {
      const page = await send(world.url, { path, headers: { accept: browser } });
      const isRoot = path === '/?';
      expect([page.status, page.headers['content-type']], path).toEqual([
        isRoot ? 200 : 404,
        'text/html; charset=utf-8',
      ]);
      expect(page.text).toContain('Dashboard');
      if (isRoot) continue;
      expect(page.text).toContain('There is nothing here');
      expect([page.headers['cache-control'], page.headers['vary']]).toEqual(['no-store', 'Accept']);
      for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5'])
        expect(await send(world.url, { path, headers: { accept } })).toMatchObject({
          status: 404,
          body: { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
        });
    }
    const head = await send(world.url, { method: 'HEAD', path: '/nope', headers: { accept: browser } });
    expect([head.status, head.text]).toEqual([404, '']);
    expect((await send(world.url, { method: 'POST', path: '/nope', headers: { accept: browser } })).body).not.toBe(
      null,
    );
  });

  it('have a policy that allows nothing from other hosts', async () => {
    const { headers } = await send(world.url, { path: '/' });
    expect(headers['content-security-policy']).toBe(
      [
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:",
        `${world.url}; connect-src 'self'; media-src 'self' ${world.url}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      ].join(' '),
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it.each([
    ['of the provider, where the gateway keeps none', { store: { kind: 'none' }, redirect: false }, '', ' https:'],
    ['of the folder', { store: { kind: 'file', folder: 'videos' }, redirect: false }, '', ''],
    ['that the gateway reads from S3', { store: s3, redirect: false }, '', ''],
    ['to which S3 sends players', { store: s3, redirect: true }, ' https://s3.example.com', ' https://s3.example.com'],
  ] as const)('show the posters and videos %s, and no others', async (_, media, posters, videos) => {
    const own = await openWorld({ dashboardFolder: folder.path, mediaOrigins: mediaOriginsOf(media) });
    const policy = String((await send(own.url, { path: '/' })).headers['content-security-policy']);
    await own.close();
    expect(policy).toContain(`img-src 'self' data: ${own.url}${posters};`);
    expect(policy).toContain(`media-src 'self' ${own.url}${videos};`);
  });

  it('may be cached forever if their names carry a content hash, and are sent compressed', async () => {
    const path = '/assets/index-abcd1234.js';
    const { status, headers } = await send(world.url, { path, headers: { 'accept-encoding': 'gzip' } });
    expect([status, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-encoding']).toBe('gzip');
    expect(Number(headers['content-length'])).toBeLessThan(200);
    const again = await send(world.url, { path, headers: { 'if-none-match': String(headers['etag']) } });
    expect(again.status).toBe(304);
  });

  it.each([
    '/assets/none.js',
    '/assets/',
    '/assets/notes.txt',
    '/assets/../secret.js',
    '/assets/..%2fsecret.js',
    '/assets/%2e%2e/secret.js',
    '/assets/.hidden.js',
  ])('are those files and no others: %s', async (path) => {
    expect((await send(world.url, { path })).status).toBe(404);
  });
});
