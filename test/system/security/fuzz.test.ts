import { Agent, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createSchema } from '../../../schema/index.ts';
import { createKeyring } from '../../../src/gateway/credentials.ts';
import type { Log } from '../../../src/ports.ts';
import { createVerifier } from '../../../src/server/auth/identity.ts';
import { openWorld, type World } from '../../hub/world.ts';
import { bearer, initMessage } from '../../protocol/raw-socket.ts';
import { sign } from '../../server/signing.ts';
import { tokenOf, tokens } from '../../server/world.ts';
import { openInMemory } from '../../store/sqlite-world.ts';
import { createManualClock } from '../../world/clock.ts';
import { authorizations, frames, type Request, requests } from './fuzz/input.ts';

/** How many inputs there are in all; .ci/run sets more. */
const inputs = Number(process.env['FUZZ_INPUTS'] ?? 3000);

const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_126);

const limitMs = 60_000 + inputs * 60;

const batchSize = 40;

const schema = createSchema();

const leaks = /hunter2|node_modules|\bat [^"]{1,80}\.[jt]s:\d|node:internal/;

/** Samples this percentage of all inputs. */
function share<Input>(percent: number, arbitrary: fc.Arbitrary<Input>): readonly Input[] {
  return fc.sample(arbitrary, { numRuns: Math.ceil((inputs * percent) / 100), seed });
}

function report(what: string, count: number): void {
  process.stdout.write(`fuzz: ${count} ${what} (seed ${seed})\n`);
}

/** A gateway whose clock runs while a batch is processed, and its logged internal errors. */
async function openFuzzed() {
  const faults: string[] = [];
  const ignore = () => undefined;
  const note = (fields: Record<string, unknown>, message: string) =>
    void faults.push(`${message} ${String(fields['err'])}`);
  const log: Log = { debug: ignore, info: ignore, warn: ignore, error: note };
  const world = await openWorld({ log });
  const token = await tokenOf({ env: 'test', roles: ['admin'] }, '2037-01-01T00:00:00Z');
  return { ...world, token, faults };
}

async function inBatches<Input>(
  all: readonly Input[],
  world: World,
  run: (input: Input) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < all.length; at += batchSize) {
    const state = { isDone: false };
    const batch = Promise.all(all.slice(at, at + batchSize).map(run)).finally(() => {
      state.isDone = true;
    });
    // Mutations wait for the provider, and streams for news, on the world's own clock.
    while (!state.isDone) await Promise.race([batch, world.clock.advance(1000)]);
    await batch;
  }
}

test('no request crashes it, hangs it, or gets details of an internal error', { timeout: limitMs }, async () => {
  const world = await openFuzzed();
  const agent = new Agent({ keepAlive: true, maxSockets: batchSize });
  onTestFinished(() => agent.destroy());
  const all = share(40, requests(schema, world.token));
  await inBatches(all, world, async (request) => {
    const { status, text } = await answerTo(world.url, agent, request);
    const details = JSON.stringify({ request, status, text: text.slice(0, 2000) });
    expect(status, details).toBeGreaterThanOrEqual(200);
    expect(status, details).toBeLessThan(500);
    expect(text, details).not.toMatch(leaks);
    expect(text, details).not.toContain('INTERNAL_SERVER_ERROR');
  });
  expect(world.faults).toEqual([]);
  report('HTTP requests', all.length);
});

/** Sends a request as it is. Reads a stream of events up to its first event. */
function answerTo(url: string, agent: Agent, { method, path, headers, body }: Request) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = httpRequest(`${url}${path}`, { method, headers, agent }, (response) => {
      const { statusCode: status = 0 } = response;
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (response.headers['content-type']?.startsWith('text/event-stream')) request.destroy();
      });
      response.on('close', () => resolve({ status, text }));
    });
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

test('no frame crashes it, hangs it, or costs anybody else their socket', { timeout: limitMs }, async () => {
  const world = await openFuzzed();
  const all = share(40, frames(schema));
  const stories: (readonly (string | Buffer)[])[] = [];
  for (let at = 0; at < all.length; at += 10) stories.push(all.slice(at, at + 10));
  const bystander = await world.connect('bob');
  await inBatches(stories, world, async (story) => {
    const text = await framesFor(world, story);
    expect(text).not.toMatch(leaks);
    expect(text).not.toContain('INTERNAL_SERVER_ERROR');
  });
  expect(await bystander.settle()).toEqual([]);
  expect(world.faults).toEqual([]);
  report('WebSocket frames', all.length);
});

/** Everything that a socket receives for some frames: until it is closed, or all operations sent at once have their results. */
function framesFor(world: World & { token: string }, story: readonly (string | Buffer)[]): Promise<string> {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, ['graphql-transport-ws']);
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify(initMessage(bearer(world.token)))));
    socket.on('message', (data) => {
      const frame = String(data);
      text += frame;
      if (frame.includes('"connection_ack"'))
        for (const each of [...story, '{"type":"ping","payload":{"nonce":1}}']) socket.send(each);
      if (frame === '{"type":"pong","payload":{"nonce":1}}') socket.close();
    });
    socket.on('close', () => resolve(text));
  });
}

test('only valid tokens are accepted, and none breaks the check', { timeout: limitMs }, async () => {
  const { store } = await openInMemory();
  const clock = createManualClock();
  const keyring = createKeyring({ store, clock });
  const key = await keyring.createApiKey({ environment: 'TEST' }, { userId: 'ada' });
  const client = await keyring.createClientToken({ environment: 'TEST' }, { userId: 'ada', scopes: ['jobs:read'] });
  const jwt = await sign({});
  const good = ['secret' in key ? key.secret : '', 'token' in client ? client.token : '', jwt];
  const faults: string[] = [];
  const note = (_: unknown, message: string) => void faults.push(message);
  const ignore = () => undefined;
  const log: Log = { debug: ignore, info: ignore, warn: ignore, error: note };
  const { verify } = createVerifier(tokens, { clock, log, credentials: store });
  const all = share(20, authorizations(good));
  for (const authorization of all) {
    const { kind } = await verify(authorization);
    if (kind === 'known') expect(good.some((token) => sameUpToSpareBits(authorization, `Bearer ${token}`))).toBe(true);
    else if (kind === 'anonymous') expect(authorization.trim()).toBe('');
    else expect(['invalid', 'expired', 'forbidden']).toContain(kind);
  }
  expect(faults).toEqual([]);
  report('authorizations', all.length);
});

/** The last character of 32 bytes in base64url has unused bits. */
function sameUpToSpareBits(one: string, other: string): boolean {
  return one.trim().length === other.length && one.trim().slice(0, -1) === other.slice(0, -1);
}
