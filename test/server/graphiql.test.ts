import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';
import { graphiqlPage } from '../../src/server/page/graphiql-page.ts';
import { openWorld, read, send, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

function optionsOf(page: string): { title: string; logo: string; heading: string; tabs: { query: string }[] } {
  return JSON.parse(/<script type="application\/json" id="options">(.*?)<\/script>/s.exec(page)?.[1] ?? '');
}

describe('GraphiQL', () => {
  it('opens for browsers, and for nothing else', async () => {
    world = await openWorld();
    const page = (accept: string, path = '/graphql') => send(world.url, { path, headers: { accept } });
    for (const path of ['/graphql', '/graphql?query={me}']) {
      const { status, headers } = await page(browser, path);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    }
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.9', 'text/event-stream']) {
      expect((await page(accept, '/graphql?query={me}')).headers['content-type']).not.toContain('html');
    }
  });

  it.each([
    ['demo mode', { kind: 'demo', liveEnabled: false } as const, 'Reelgate · TEST', 'Environment: TEST'],
    ['demo mode with a provider key', { kind: 'demo', liveEnabled: true } as const, 'Reelgate · LIVE', 'real money'],
    ['tokens', tokens, 'Reelgate', '"authorization": "Bearer YOUR-TOKEN"'],
  ])('shows which environment is active: %s', async (_, identity, title, comment) => {
    world = await openWorld({ identity });
    const { text } = await send(world.url, { headers: { accept: browser } });
    const options = optionsOf(text);
    expect(text).toContain(`<title>${title} · GraphiQL</title>`);
    expect(options.title).toBe(title);
    for (const { query } of options.tabs) expect(query).toContain(comment);
  });

  it('has Reelgate’s mark and a link to the dashboard', async () => {
    world = await openWorld();
    const { text } = await send(world.url, { headers: { accept: browser } });
    const { logo, heading } = optionsOf(text);
    expect(logo).toContain('<img src="data:image/svg+xml,');
    expect(heading).toBe('<span class="where">Reelgate · TEST</span><a href="/">Dashboard</a>');
    expect(optionsOf(graphiqlPage('TEST', '/reelgate')).heading).toContain('<a href="/reelgate/">Dashboard</a>');
  });

  it('opens with sample operations that are valid in the schema', async () => {
    world = await openWorld();
    const { tabs } = optionsOf((await send(world.url, { headers: { accept: browser } })).text);
    const schema = buildSchema(readFileSync(join(projectRoot(), 'schema/schema.graphql'), 'utf8'));
    for (const { query } of tabs) expect(validate(schema, parse(query))).toEqual([]);
    expect(tabs.map(({ query }) => /generateVideo|jobEvents|jobs\(/.exec(query)?.[0])).toEqual([
      'generateVideo',
      'jobEvents',
      'jobs(',
    ]);
  });

  it('loads nothing from another host, and its page has no inline script', async () => {
    world = await openWorld();
    const { text, headers } = await send(world.url, { headers: { accept: browser } });
    expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|\/\/[a-z]/);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'; /);
    expect(headers['content-security-policy']).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
    const urls = [...text.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, url]) => url ?? '')
      .filter((url) => !url.startsWith('data:'));
    expect(urls).toEqual(['/graphiql/graphiql.css', '/graphiql/graphiql.js', '/graphiql/start.js']);
    const workers = ['editorWorkerService', 'json', 'graphql'].map((label) => `/graphiql/${label}.js`);
    for (const url of [...urls, ...workers]) {
      const asset = await read(fetch(`${world.url}${url}`));
      expect(asset.status).toBe(200);
      expect(asset.headers.get('content-type')).toMatch(url.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
      expect(asset.headers.get('content-encoding')).toBe('gzip');
    }
  });

  it('is not loaded again if nothing changed', async () => {
    world = await openWorld();
    const path = '/graphiql/start.js';
    const first = await send(world.url, { path });
    expect(first.headers).not.toHaveProperty('content-encoding');
    const etag = first.headers.etag ?? '';
    const again = await send(world.url, { path, headers: { 'if-none-match': etag } });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(await send(world.url, { path, headers: { 'if-none-match': '"other"' } })).toMatchObject({ status: 200 });
    for (const other of ['/graphiql/', '/graphiql/constructor', '/graphiql/../package.json']) {
      expect(await send(world.url, { path: other })).toMatchObject({ status: 404 });
    }
  });

  it('starts with a script that a browser can parse', async () => {
    world = await openWorld();
    const { text } = await send(world.url, { path: '/graphiql/start.js' });
    expect(() => new Function(text)).not.toThrow();
  });
});
