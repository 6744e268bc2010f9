import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';
import { makeFolder } from '../world/gateway.ts';
import { openWorld, send, type World } from './world.ts';

const base = '/gate/way';

const browser = { accept: 'text/html' };

describe('below the path of PUBLIC_URL', () => {
  let world: World;
  let bare: World;

  beforeAll(async () => {
    const folder = await makeFolder();
    await mkdir(join(folder.path, 'assets'));
    // The page's own source, as the build leaves it but for the names of scripts.
    await writeFile(
      join(folder.path, 'index.html'),
      '<script src="./assets/a.js"></script><noscript>The API itself is at /graphql.</noscript>',
    );
    const publicUrl = (port: number) => `http://127.0.0.1:${port}${base}`;
    world = await openWorld({ publicUrl, dashboardFolder: folder.path, docsFolder: projectRoot() });
    bare = await openWorld({ publicUrl });
    return folder.remove;
  });
  afterAll(() => Promise.all([world.close(), bare.close()]));

  /** The first error of a response in JSON. */
  async function sentenceAt(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<string> {
    return (await send(world.url, { path: `${base}${path}`, method, headers })).body.errors[0].message;
  }

  it('every sentence that names the API names it there', async () => {
    expect(await sentenceAt('/nope')).toBe('There is nothing here; the API is at /gate/way/graphql.');
    expect(await sentenceAt('/', 'POST')).toBe('The dashboard takes GET; the API is at /gate/way/graphql.');
    expect(await sentenceAt('/schema.graphql', 'POST')).toBe('The schema takes GET; the API is at /gate/way/graphql.');
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const socket = { ...upgrade, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    expect(await sentenceAt('/socket', 'GET', socket)).toBe('WebSockets are at /gate/way/graphql.');
    const page = await send(world.url, { path: `${base}/`, headers: browser });
    expect(page.text).toBe(
      `<script src="${base}/assets/a.js"></script><noscript>The API itself is at ${base}/graphql.</noscript>`,
    );
    const unbuilt = await send(bare.url, { path: `${base}/`, headers: browser });
    expect(unbuilt.text).toContain('is at /gate/way/graphql.');
  });

  it.each(['/nope', '/docs/nope', '/docs', '/docs/api', `/${'deep/'.repeat(80)}end`])(
    'the links of %s lead below it',
    async (path) => {
      for (const prefix of [base, '']) {
        const { text } = await send(world.url, { path: `${prefix}${path}`, headers: browser });
        const links = [...text.matchAll(/href="(\/[^"]*)"/g)].map(([, link = '']) => link);
        expect(links.length).toBeGreaterThan(4);
        expect(links).toContain(`${base}/graphql`);
        expect(links.filter((link) => !link.startsWith(`${base}/`))).toEqual([]);
        expect(text).not.toContain('href="../');
      }
    },
  );
});
