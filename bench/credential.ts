// What a credential adds to a request: the CPU of `job(id)` over HTTP with a JWT (HS256, ES256) and an API key, against demo mode. The four
// gateways run side by side and take turns. Prints the figures of docs/performance.md.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Child, openChild } from './child.ts';
import { costsOf, inRotation, medianOf, timesOf } from './measure.ts';
import { bodyOf, operations } from './operation.ts';
import { credentialKinds } from './process/credential.ts';
import type { HttpLoad, HttpRequest } from './process/load-http.ts';
import type { ReelgateCommands } from './process/server.ts';
import { account } from './process/stored-jobs.ts';
import { machineOf } from './table.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '9' } },
});

const requests = Number(values.requests);

type Target = {
  readonly server: Child<ReelgateCommands>;
  readonly port: number;
  readonly each: readonly HttpRequest[];
};

const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));

const load = await openChild<HttpLoad>('load-http');

const targets = new Map<string, Target>();

for (const kind of credentialKinds) {
  const server = await openChild<ReelgateCommands>('server-reelgate', kind, join(folder, `${kind}.db`));
  const jobs = await server.ask('jobs', { cast: [{ owner: account.owner, jobs: 1000 }], given: [] });
  const authorization = await server.ask('authorization');
  targets.set(kind, {
    server,
    port: await server.ask('port'),
    each: jobs.map(({ job: { id } }) => ({ body: bodyOf(operations.job, { id }), authorization })),
  });
}

const measurements = await inRotation(credentialKinds, { warmUps: 2, rounds: Number(values.rounds) }, async (kind) => {
  const target = targets.get(kind);
  if (target === undefined) throw new Error(`There is no gateway with ${kind}`);
  const { server, ...volley } = target;
  const before = await server.cpuMicros();
  const { response } = await load.ask('send', { ...volley, path: '/graphql', connections: 16, requests });
  if (!response.startsWith('{"data":{"job":{')) throw new Error(`${kind}: ${response}`);
  return { cost: ((await server.cpuMicros()) - before) / requests, generator: null };
});

await Promise.all([load.end(), ...[...targets.values()].map(({ server }) => server.end())]);

await rm(folder, { recursive: true, force: true });

const rows = credentialKinds.map((kind) => {
  const micros = medianOf(costsOf(measurements, kind)).toFixed(1);
  return `| ${kind} | ${micros} | ${timesOf(measurements, 'demo', kind).toFixed(2)}x |\n`;
});

process.stdout.write(
  `${machineOf()}\n\n| credential | CPU per request, µs | against demo mode |\n| --- | --- | --- |\n`,
);

process.stdout.write(rows.join(''));
