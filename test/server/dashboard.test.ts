import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../world/gateway.ts';
import { openWorld, send, type World } from './world.ts';

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

  it('are one page at every address of its own, asked for anew each time', async () => {
    for (const path of ['/', '/jobs', '/jobs/', '/jobs/Sm9iOjE', '/credits', '/admin', '/?utm=x']) {
      const { status, headers, text } = await send(world.url, { path });
      expect([status, headers['content-type'], text]).toEqual([
        200,
        'text/html; charset=utf-8',
        expect.stringContaining('Dashboard'),
      ]);
      expect(headers['cache-control']).toBe('no-cache');
    }
    for (const path of ['/index.html', '/jobs/a/b', '/admin/x', '/Jobs'])
      expect((await send(world.url, { path })).status, path).toBe(404);
    expect((await send(world.url, { method: 'POST', path: '/' })).status).toBe(405);
  });

  it('come with a policy that allows nothing of other hosts but videos', async () => {
    const { headers } = await send(world.url, { path: '/' });
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; media-src 'self' https: ${world.url}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('may be kept for ever where their names tell their content, and travel compressed', async () => {
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
