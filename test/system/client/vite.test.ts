import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { createClient } from 'graphql-ws';
import { createServer, type UserConfig } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { makeFolder, startGateway, type TestGateway } from '../../world/gateway.ts';
import { blocksBelow } from './page.ts';

const origin = 'http://localhost:5173';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let gateway: TestGateway;

beforeAll(async () => {
  folder = await makeFolder();
  const [, setting = ''] = blocksBelow('On a port of your own');
  const [, origins = ''] = /ALLOWED_ORIGINS=(\S+)/.exec(setting) ?? [];
  gateway = await startGateway(folder.path, { ALLOWED_ORIGINS: origins });
}, 180_000);

afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

/** Starts Vite with the configuration of docs/clients.md on a free port, and returns its URL. */
async function startVite(to: { readonly url: string }): Promise<string> {
  const [block = ''] = blocksBelow('On a port of your own');
  const root = mkdtempSync(join(tmpdir(), 'reelgate-vite-'));
  const file = join(root, 'page.config.mjs');
  const text = block.replace("import { defineConfig } from 'vite';", 'const defineConfig = (config) => config;');
  writeFileSync(file, transformSync(text.replace('http://127.0.0.1:4000', to.url), { loader: 'ts' }).code);
  const written: { readonly default: UserConfig } = await import(/* @vite-ignore */ file);
  const { server } = written.default;
  const options = { ...server, host: '127.0.0.1', port: 0, strictPort: false };
  const vite = await createServer({ root, configFile: false, logLevel: 'silent', server: options });
  await vite.listen();
  onTestFinished(async () => {
    await vite.close();
    rmSync(root, { recursive: true });
  });
  const address = vite.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('Vite listens on no port.');
  return `http://127.0.0.1:${address.port}`;
}

/** A query as a page of this origin sends it. */
async function ask(url: string, from: string) {
  const headers = { 'content-type': 'application/json', origin: from };
  const body = JSON.stringify({ query: '{ quote { credits } }' });
  return fetch(`${url}/graphql`, { method: 'POST', headers, body });
}

/** The first result of a subscription over a WebSocket that a page of this origin opens. */
async function watch(url: string, from: string): Promise<unknown> {
  class PageSocket extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols, { origin: from });
    }
  }
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: PageSocket,
    retryAttempts: 0,
  });
  try {
    const { value } = await client.iterate({ query: 'subscription { accountUpdated { balance } }' }).next();
    return value;
  } finally {
    await client.dispose();
  }
}

describe('a page on a port of its own', () => {
  it('calls the gateway through the proxy of Vite, by HTTP and by WebSocket', { timeout: 60_000 }, async () => {
    const url = await startVite(gateway);
    const response = await ask(url, url);
    expect(await response.json()).toMatchObject({ data: { quote: { credits: expect.any(Number) } } });
    expect(await watch(url, url)).toMatchObject({ data: { accountUpdated: { balance: expect.any(Number) } } });
  });

  it('calls the gateway itself if ALLOWED_ORIGINS has its origin', async () => {
    for (const from of [origin, 'http://127.0.0.1:5173']) {
      const response = await ask(gateway.url, from);
      expect(response.headers.get('access-control-allow-origin')).toBe(from);
      expect(await watch(gateway.url, from)).toMatchObject({ data: { accountUpdated: expect.any(Object) } });
    }
  });

  it('is refused if ALLOWED_ORIGINS does not have it', async () => {
    const response = await ask(gateway.url, 'http://localhost:5174');
    expect(response.headers.get('access-control-allow-origin')).toBe(null);
    await expect(watch(gateway.url, 'http://localhost:5174')).rejects.toBeDefined();
  });
});
