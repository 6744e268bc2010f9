// The cost of a poll, and how many are possible: SQLite, PostgreSQL on one node and on three. Prints the figures of docs/scaling.md. Needs
// Linux and the Debian packages postgresql and redis-server. All nodes, databases and the provider share this machine.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { query, startPostgres } from '../test/system/world/postgres.ts';
import { openTestRedis } from '../test/system/world/redis.ts';
import { makeFolder, request, startGateway, type TestGateway } from '../test/world/gateway.ts';
import { cpuMsOf } from './cpu.ts';

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '15' } },
});

const jobs = Number(values.jobs);

const seconds = Number(values.seconds);

const warmUpMs = 3000;

const askedAtOnce = 20;

/** As often as the gateway can: this measures the cost of a poll, not the wait between polls. */
const pollIntervalMs = 100;

const realIntervalSeconds = 7;

const settings = {
  LOG_LEVEL: 'error',
  SEGMIND_API_KEY: 'SG_x1',
  SEGMIND_REQUESTS_PER_MINUTE: '1000000',
  POLL_INTERVAL_MS: String(pollIntervalMs),
  USER_REQUESTS_PER_MINUTE: '1000000',
  USER_JOBS_PER_MINUTE: '1000000',
  USER_JOBS_IN_FLIGHT: '1000000',
  VIDEO_PRICE_CREDITS: '0',
};

/** A provider that accepts every job and never finishes one. */
async function openProvider() {
  let submits = 0;
  let polls = 0;
  const server = createServer((request, response) => {
    const isPoll = request.method === 'GET';
    if (isPoll) polls += 1;
    else submits += 1;
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        isPoll ? { status: 'PROCESSING', output: '' } : { request_id: `job-${submits}`, status: 'QUEUED' },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The provider has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    polls: () => polls,
    close: () => void server.close().closeAllConnections(),
  };
}

/** Polls per second, and the cost of each in milliseconds of a core. */
type Figures = { readonly pollsPerSecond: number; readonly nodeMs: number; readonly databaseMs: number };

/** Gives nodes that share a database many jobs, and measures them. */
async function measure(
  nodeCount: number,
  shared: Readonly<Record<string, string>>,
  databasePid: number | null,
): Promise<Figures> {
  const provider = await openProvider();
  const folder = await makeFolder();
  const nodes: TestGateway[] = [];
  try {
    while (nodes.length < nodeCount)
      nodes.push(await startGateway(folder.path, { ...settings, ...shared, SEGMIND_BASE_URL: provider.url }));
    await createJobs(nodes);
    await sleep(warmUpMs);
    const nodesMs = () => nodes.reduce((sum, node) => sum + cpuMsOf(node.process.pid ?? 0), 0);
    const databaseMs = () => (databasePid === null ? 0 : cpuMsOf(databasePid));
    const before = { at: performance.now(), polls: provider.polls(), nodesMs: nodesMs(), databaseMs: databaseMs() };
    await sleep(seconds * 1000);
    const polls = provider.polls() - before.polls;
    return {
      pollsPerSecond: (polls * 1000) / (performance.now() - before.at),
      nodeMs: (nodesMs() - before.nodesMs) / polls,
      databaseMs: (databaseMs() - before.databaseMs) / polls,
    };
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
    provider.close();
    await folder.remove();
  }
}

async function createJobs(nodes: readonly TestGateway[]): Promise<void> {
  const mutation = 'mutation { generateVideo { __typename } }';
  let asked = 0;
  const ask = async () => {
    while (asked < jobs) {
      asked += 1;
      const node = nodes[asked % nodes.length] ?? nodes[0];
      const { data, errors } = await request(node ?? { url: '' }, mutation);
      if (data?.generateVideo?.__typename !== 'GenerateVideoSuccess') throw new Error(JSON.stringify({ data, errors }));
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, ask));
}

function say(cells: readonly string[]): void {
  const [label = '', ...others] = cells;
  process.stdout.write(`${label.padEnd(22)}${others.map((cell) => cell.padStart(20)).join('')}\n`);
}

function sayFigures(label: string, { pollsPerSecond, nodeMs, databaseMs }: Figures): void {
  const jobsPerCore = (realIntervalSeconds * 1000) / (nodeMs + databaseMs);
  const cost = (ms: number) => `${ms.toFixed(2)} ms`;
  say([
    label,
    pollsPerSecond.toFixed(0),
    cost(nodeMs),
    databaseMs === 0 ? '–' : cost(databaseMs),
    jobsPerCore.toFixed(0),
  ]);
}

const postgres = await startPostgres({ fsync: 'on' });

const redis = await openTestRedis();

try {
  process.stdout.write(
    `${cpus().length} cores, load before ${loadavg()[0]?.toFixed(1)}; ` +
      `${jobs} running jobs, each due every ${pollIntervalMs} ms, for ${seconds} s\n`,
  );
  say(['', 'polls/s', 'CPU/poll, nodes', 'CPU/poll, database', 'jobs/core at 7 s']);
  sayFigures('SQLite, 1 node', await measure(1, {}, null));
  for (const nodeCount of [1, 3]) {
    const url = await postgres.newDatabase();
    const [server] = await query(url, `SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1) AS pid`);
    const shared = { DATABASE_URL: url, ...(nodeCount > 1 ? { REDIS_URL: redis.url, MEDIA_STORE: 'none' } : {}) };
    sayFigures(
      `PostgreSQL, ${nodeCount} node${nodeCount > 1 ? 's' : ''}`,
      await measure(nodeCount, shared, Number(server?.['pid'])),
    );
  }
} finally {
  await redis.close();
  await postgres.stop();
}
