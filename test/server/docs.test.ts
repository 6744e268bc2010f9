import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';
import { icon } from '../../src/server/page/graphiql-page.ts';
import { pageOf } from '../../src/server/page/layout.ts';
import { renderMarkdown } from '../../src/server/page/markdown.ts';
import { style } from '../../src/server/page/style.ts';
import { openWorld, send, type World } from './world.ts';

const root = projectRoot();

const names = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let world: World;

beforeAll(async () => {
  world = await openWorld({ docsFolder: root });
});

afterAll(() => world.close());

const pageAt = (path: string) => send(world.url, { path, headers: browser });

/** The addresses that a page links to and shows, as a browser resolves them. */
function targetsIn(html: string, path: string): readonly URL[] {
  return [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target = '']) => new URL(target, `${world.url}${path}`));
}

const ids = (html: string) => [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);

describe('/docs', () => {
  it('serves the README and every page of docs/, each with a list of all', async () => {
    for (const path of ['/docs', '/docs/', ...names.map((name) => `/docs/${name.replace('.md', '')}`)]) {
      const page = await pageAt(path);
      expect([page.status, page.headers['content-type']], path).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.text.match(/aria-current="page"/g), path).toHaveLength(1);
      expect(page.text.match(/<h1 /g), path).toHaveLength(1);
      const listed = targetsIn(page.text, path).map(({ pathname }) => pathname);
      for (const name of names) expect(listed, path).toContain(`/docs/${name.replace('.md', '')}`);
      expect(new Set(ids(page.text)).size, path).toBe(ids(page.text).length);
    }
  });

  it('has no dead link: each leads to a page, a picture or an anchor that exists, and none to the source code', async () => {
    const pages = new Map<string, string>();
    const read = async (path: string) => {
      const known = pages.get(path);
      if (known !== undefined) return known;
      const page = await pageAt(path);
      expect(page.status, path).toBe(200);
      pages.set(path, page.text);
      return page.text;
    };
    for (const from of ['/docs', '/docs/', ...names.map((name) => `/docs/${name.replace('.md', '')}`)]) {
      for (const target of targetsIn(await read(from), from)) {
        if (target.origin !== world.url) continue;
        // The dashboard and GraphiQL have tests of their own.
        if (['/', '/graphql', '/schema.graphql'].includes(target.pathname)) continue;
        expect(target.pathname, from).toMatch(/^\/docs/);
        const text = await read(target.pathname);
        if (target.hash !== '')
          expect(ids(text), `${from} → ${target.href}`).toContain(decodeURIComponent(target.hash.slice(1)));
      }
    }
  });

  it('runs no script, loads nothing from elsewhere and is sent compressed', async () => {
    const { text, headers } = await pageAt('/docs');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self' data:;/,
    );
    expect(text).not.toMatch(/<script|style="| on\w+="|<link[^>]+href="http|src="http/);
    const packed = await send(world.url, { path: '/docs', headers: { ...browser, 'accept-encoding': 'gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    const again = await send(world.url, {
      path: '/docs',
      headers: { ...browser, 'if-none-match': String(headers['etag']) },
    });
    expect(again.status).toBe(304);
  });

  it('serves pictures, and the Markdown itself to programs', async () => {
    expect((await send(world.url, { path: '/docs/images/watch-light.png' })).headers['content-type']).toBe('image/png');
    const source = await send(world.url, { path: '/docs/api.md' });
    expect(source.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(source.text).toBe(readFileSync(join(root, 'docs/api.md'), 'utf8'));
  });

  it.each([
    '/docs/nope',
    '/docs/../package.json',
    '/docs/..%2fpackage.json',
    '/docs/%2e%2e/package.json',
    '/docs/images/',
    '/docs/README.md',
    '/docs/api/x',
    '/docsx',
  ])('serves nothing else: %s', async (path) => {
    expect((await send(world.url, { path })).body.errors[0].extensions.code).toBe('NOT_FOUND');
    expect((await pageAt(path)).text).toContain('There is nothing here');
  });

  it('takes GET only', async () => {
    expect(await send(world.url, { path: '/docs', method: 'POST' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
  });
});

describe('a page of the documentation', () => {
  const render = (text: string) =>
    renderMarkdown({ file: 'docs/a.md', text }, '../', (file) => (file === 'docs/b.md' ? 'docs/b' : null));

  it('leads to other pages and their anchors; a file that is not served is named, not linked', () => {
    const { html } = render('[b](b.md#who) [c](../src/c.ts) [d](https://d.example/?a=1&b) [e](#e)');
    expect(html).toContain('<a href="../docs/b#who">b</a>');
    expect(html).toContain('<span class="file" title="A file of the source code">c</span>');
    expect(html).toContain('<a href="https://d.example/?a=1&amp;b">d</a>');
    expect(html).toContain('<a href="#e">e</a>');
  });

  it('has the anchors that GitHub makes', () => {
    const { headings, title } = render(
      '# The `a` & <b>\n\n## Who may call?\n\n## Who may call?\n\n## `PUBLIC_URL`, über-all',
    );
    expect(title).toBe('The a & <b>');
    expect(headings.slice(1).map(({ id }) => id)).toEqual(['who-may-call', 'who-may-call-1', 'public_url-über-all']);
  });

  it('escapes HTML and links that are script; Mermaid stays as code', () => {
    const { html } = render(
      '<script>x</script>\n\na <b onclick="x">b</b> [l](javascript:x) ![i](javascript:x)\n\n```mermaid\na --> b<br/>\n```',
    );
    expect(html).not.toMatch(/<script|<b |javascript:/);
    expect(html).toContain('<code class="language-mermaid">a --&gt; b&lt;br/&gt;');
  });
});

describe('an address without a page', () => {
  it('leads a person back, at any depth, and shows the address as text only', async () => {
    for (const path of ['/nope', '/a/b/c', '/docs/a/b', '/assets/none.js', '/graphiql/none.js', '//', '/<script>"x']) {
      const page = await pageAt(path);
      expect([page.status, page.headers['content-type']], path).toEqual([404, 'text/html; charset=utf-8']);
      const targets = new Set(targetsIn(page.text, path).map(({ pathname }) => pathname));
      for (const place of ['/', '/graphql', '/docs', '/schema.graphql']) expect(targets, path).toContain(place);
      expect(page.text).not.toContain('<script');
      expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    }
  });

  it('stays short, however long the address is', async () => {
    const { text } = await pageAt(`${'/x'.repeat(4000)}`);
    expect(text.length).toBeLessThan(20_000);
  });
});

describe('the colours', () => {
  const tokens = readFileSync(join(root, 'dashboard/src/style/tokens.css'), 'utf8');
  const dashboard = readFileSync(join(root, 'dashboard/index.html'), 'utf8');
  const [, light, dark] = /--ground: light-dark\((#\w+), (#\w+)\)/.exec(tokens) ?? [];
  const [, accent = ''] = /--accent: light-dark\(#(\w+),/.exec(tokens) ?? [];

  it('of the pages are the dashboard’s', () => {
    const [block = 'no block'] = /:root \{[^}]+\}/.exec(tokens) ?? [];
    expect(block).toContain('--ground: light-dark(#');
    expect(style).toContain(block);
  });

  it('around the dashboard are its own, and the icon has one colour everywhere', () => {
    const themes = [
      ...dashboard.matchAll(/<meta name="theme-color" data-scheme="\w+" media="[^"]*: (\w+)\)" content="(#\w+)"/g),
    ];
    expect(themes.map(([, theme, colour]) => [theme, colour])).toEqual([
      ['light', light],
      ['dark', dark],
    ]);
    expect(accent).toMatch(/^[0-9a-f]{6}$/);
    for (const page of [dashboard, icon]) expect(page).toContain(`fill='%23${accent}'`);
  });
});

it('a page shows its title as text', () => {
  expect(pageOf({ title: '<x>', root: '/', body: '' })).toContain('<title>&lt;x&gt; · Reelgate</title>');
});
