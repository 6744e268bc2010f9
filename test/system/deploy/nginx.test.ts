import { request as httpRequest } from 'node:http';
import { createClient } from 'graphql-ws';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { generate } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, subscribe, type TestGateway, testSecret } from '../../world/gateway.ts';
import { freePort } from '../world/redis.ts';
import { hasNginx, openNginx } from './nginx-world.ts';

const nginxTest = test.runIf(hasNginx);

/** Two gateways in their own processes behind a real nginx. Each has its own database, so that they can be items apart. */
async function openWorld(more: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const start = async () => {
    const folder = await makeFolder();
    const own = await freePort();
    // The URL that it prints is the one that clients use, which is nginx's.
    const settings = { PORT: String(own), PUBLIC_URL: `http://127.0.0.1:${port}`, ...more };
    const gateway = await startGateway(folder.path, settings);
    onTestFinished(async () => {
      await gateway.kill();
      await folder.remove();
    });
    return { ...gateway, url: `http://127.0.0.1:${own}`, port: own };
  };
  const nodes = [await start(), await start()] as const;
  const url = await openNginx(
    port,
    nodes.map((node) => node.port),
  );
  return { url, nodes };
}

async function jobsAt(node: Pick<TestGateway, 'url'>): Promise<number> {
  const { data } = await request(node, '{ jobs { totalCount } }');
  return data.jobs.totalCount;
}

nginxTest(
  'requests go to all nodes, with nothing that ties a client to one (needs the Debian package nginx)',
  async () => {
    const { url, nodes } = await openWorld();
    for (let n = 1; n <= 8; n += 1) {
      const { data } = await request({ url }, generate, { input: { prompt: '@test/slow:60s' } });
      expect(data.generateVideo.__typename).toBe('GenerateVideoSuccess');
    }
    const counts = await Promise.all(nodes.map(jobsAt));
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBeGreaterThan(0);
    expect(counts.reduce((sum, each) => sum + each)).toBe(8);
  },
);

/** The status of a request without a token, from one of this machine's addresses. */
function statusFrom(localAddress: string, url: string, headers: Readonly<Record<string, string>> = {}) {
  return new Promise<number | undefined>((resolve, reject) => {
    const sent = httpRequest(`${url}/graphql`, {
      localAddress,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
    });
    sent.on('error', reject).on('response', (response) => resolve(response.resume().statusCode));
    sent.end(JSON.stringify({ query: '{ __schema { queryType { name } } }' }));
  });
}

nginxTest(
  'clients without a token are limited by their own addresses, not by nginx’s or invented ones (needs the Debian package nginx)',
  async () => {
    const limits = { ANONYMOUS_REQUESTS_PER_MINUTE: '2', AUTH_JWT_SECRET: testSecret };
    const { url } = await openWorld({ ...limits, TRUSTED_PROXIES: '127.0.0.1' });
    const greedy: unknown[] = [];
    for (let n = 1; n <= 10; n += 1) greedy.push(await statusFrom('127.0.0.2', url));
    expect([greedy[0], greedy.at(-1)]).toEqual([200, 429]);
    expect(await statusFrom('127.0.0.2', url, { 'x-forwarded-for': '203.0.113.9' })).toBe(429);
    expect(await statusFrom('127.0.0.3', url)).toBe(200);
  },
);

nginxTest('a WebSocket is upgraded, and what happens arrives over it (needs the Debian package nginx)', async () => {
  const { url, nodes } = await openWorld();
  const feed = subscribe({ url }, 'subscription { jobEvents { __typename ... on JobEvent { job { status } } } }');
  onTestFinished(() => feed.close());
  const first = await feed.next();
  expect(first?.data.jobEvents.__typename).toBe('FeedLive');
  // Its node is one of the two.
  for (const node of nodes) await request(node, generate, { input: { prompt: '@test/ok:1s' } });
  const items = await feed.all(({ data }) => data.jobEvents.job?.status === 'COMPLETED');
  expect(items.length).toBeGreaterThan(1);
});

nginxTest(
  'server-sent events are passed on one by one, while their stream goes on (needs the Debian package nginx)',
  async () => {
    const { url } = await openWorld();
    const stopped = new AbortController();
    onTestFinished(() => stopped.abort());
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { accountUpdated { held } }' }),
      signal: stopped.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    // The account does not change and the stream does not end: a buffering proxy would send nothing.
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"held":0')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('event: next');
  },
);

nginxTest(
  'sockets of a node that stops come back at another, and requests go on when one is gone (needs the Debian package nginx)',
  async () => {
    const { url, nodes } = await openWorld();
    const [leaving, staying] = nodes;
    let connections = 0;
    const codes: unknown[] = [];
    const clients = [1, 2, 3, 4].map(() =>
      createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        lazy: false,
        retryAttempts: 10,
        retryWait: () => Promise.resolve(),
        on: {
          connected: () => {
            connections += 1;
          },
          closed: (event) => void codes.push(event instanceof Object && 'code' in event ? event.code : event),
        },
      }),
    );
    onTestFinished(async () => {
      for (const client of clients) await client.dispose();
    });
    await vi.waitFor(() => expect(connections).toBe(4), { timeout: 60_000 });

    expect(await leaving.stop()).toBe(0);
    await vi.waitFor(() => expect(codes.length).toBeGreaterThan(0), { timeout: 60_000 });
    expect(codes.length).toBeLessThan(4);
    expect(codes).toEqual(new Array(codes.length).fill(1012));
    await vi.waitFor(() => expect(connections).toBe(4 + codes.length), { timeout: 60_000 });

    for (let n = 1; n <= 6; n += 1) {
      const { data } = await request({ url }, generate, { input: { prompt: '@test/slow:60s' } });
      expect(data.generateVideo.__typename).toBe('GenerateVideoSuccess');
    }
    expect(await jobsAt(staying)).toBe(6);
  },
);
