import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder, request, startGateway, type TestGateway } from '../test/world/gateway.ts';
import { type Child, openChild } from './child.ts';
import { cpuMsOf } from './cpu.ts';
import { openIssuer } from './issuer.ts';
import { initMessage, operations, subscribeMessage } from './operation.ts';
import type { SocketGroup, SocketLoad } from './process/load-sockets.ts';

/** Nodes with a running job of each user. */
export interface Installation {
  /** What the nodes do in so many seconds, each job being polled as often as they can. */
  measure(seconds: number): Promise<Work>;
  /** Opens a socket of each user at one of the nodes, which watches the progress of the user's job. */
  watch(): Promise<void>;
  close(): Promise<void>;
}

/** CPU time is that of all nodes together, and of the database where it is a program of its own; in milliseconds. */
export type Work = {
  readonly seconds: number;
  readonly polls: number;
  readonly messages: number;
  readonly nodesMs: number;
  readonly databaseMs: number;
};

const pollIntervalMs = 100;

const settings = {
  LOG_LEVEL: 'error',
  SEGMIND_API_KEY: 'SG_x1',
  SEGMIND_REQUESTS_PER_MINUTE: '1000000',
  POLL_INTERVAL_MS: String(pollIntervalMs),
  VIDEO_PRICE_CREDITS: '0',
  MEDIA_STORE: 'none',
};

const askedAtOnce = 20;

/** Starts nodes with these settings, and gives each user a job. `databasePid`: the process whose children serve the nodes. */
export async function openInstallation(
  { nodes: nodeCount, users: userCount }: { readonly nodes: number; readonly users: number },
  shared: Readonly<Record<string, string>>,
  databasePid: number | null,
): Promise<Installation> {
  const issuer = await openIssuer('HS256');
  const provider = await openProvider();
  const folder = await makeFolder();
  const load: Child<SocketLoad> = await openChild<SocketLoad>('load-sockets');
  const own = { ...settings, ...shared, SEGMIND_BASE_URL: provider.url, AUTH_JWT_SECRET: issuer.auth.secret };
  const nodes: TestGateway[] = [];

  async function close(): Promise<void> {
    await load.end();
    await Promise.all(nodes.map((node) => node.kill()));
    provider.close();
    issuer.close();
    await folder.remove();
  }

  async function open(): Promise<Installation> {
    while (nodes.length < nodeCount) nodes.push(await startGateway(folder.path, own));
    const names = Array.from({ length: userCount }, (_, user) => `user-${user}`);
    const users = await Promise.all(names.map(async (name) => ({ token: await issuer.tokenOf(name) })));
    const groups: SocketGroup[][] = nodes.map(() => []);
    await atOnce(users, async ({ token }, nth) => {
      const at = nth % nodes.length;
      const id = await newJob(nodes[at], token);
      const messages = [subscribeMessage('1', operations.jobProgress, { id })];
      groups[at]?.push({ sockets: 1, init: initMessage(token), messages });
    });
    const nodesMs = () => nodes.reduce((sum, node) => sum + cpuMsOf(node.process.pid ?? 0), 0);
    const read = async () => ({
      at: performance.now(),
      polls: provider.polls(),
      messages: await load.ask('count'),
      nodesMs: nodesMs(),
      databaseMs: databasePid === null ? 0 : cpuMsOf(databasePid),
    });
    return {
      async measure(seconds) {
        const before = await read();
        await sleep(seconds * 1000);
        const after = await read();
        return {
          seconds: (after.at - before.at) / 1000,
          polls: after.polls - before.polls,
          messages: after.messages - before.messages,
          nodesMs: after.nodesMs - before.nodesMs,
          databaseMs: after.databaseMs - before.databaseMs,
        };
      },
      async watch() {
        for (const [nth, node] of nodes.entries())
          await load.ask('connect', { port: Number(new URL(node.url).port), groups: groups[nth] ?? [] });
      },
      close,
    };
  }

  return open().catch(async (error: unknown) => {
    await close();
    throw error;
  });
}

async function newJob(node: TestGateway | undefined, token: string): Promise<string> {
  if (node === undefined) throw new Error('There is no node');
  const { data, errors } = await request(node, operations.generateVideo, { input: {} }, token);
  const id: unknown = data?.generateVideo?.job?.id;
  if (typeof id !== 'string') throw new Error(JSON.stringify({ data, errors }));
  return id;
}

async function atOnce<Item>(items: readonly Item[], work: (item: Item, nth: number) => Promise<void>): Promise<void> {
  let next = 0;
  const run = async () => {
    for (let nth = next++; nth < items.length; nth = next++) await work(items[nth] as Item, nth);
  };
  await Promise.all(Array.from({ length: askedAtOnce }, run));
}

/** A provider that accepts every job and never finishes one. */
async function openProvider() {
  let submits = 0;
  let polls = 0;
  const server = createServer((incoming, response) => {
    const isPoll = incoming.method === 'GET';
    if (isPoll) polls += 1;
    else submits += 1;
    incoming.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        isPoll ? { status: 'PROCESSING', output: '' } : { request_id: `job-${submits}`, status: 'QUEUED' },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server listening on TCP has a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    polls: () => polls,
    close: () => void server.close().closeAllConnections(),
  };
}
