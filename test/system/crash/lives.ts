import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { generate } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, type TestGateway, tokenOf } from '../../world/gateway.ts';
import { openTestProvider, type TestProvider } from '../../world/provider.ts';
import { type Death, scriptOf } from './death.ts';
import { type AuditedJob, ada, ended, readAudited, settingsFor, withStore } from './world.ts';

/** The result of a history of deaths. Instants in epoch milliseconds. */
export type Outcome = {
  readonly jobs: readonly AuditedJob[];
  /** When each life was known to be over, and when the next one was (or would have been) ready. */
  readonly crashes: readonly { readonly at: number; readonly recoveredBy: number }[];
  /** The prompts of the POSTs that were received completely, and of those that made a job. */
  readonly posted: readonly string[];
  readonly accepted: readonly string[];
};

/** One intent of the client. The prompt is its key, so that the provider's side can be matched. */
type VideoWanted = { readonly key: string; jobId: string | null };

const newRequestsPerLife = 3;

const diesWithinMs = 20_000;

const endsWithinMs = 10_000;

/**
 * Lives on one database file, one after the other, each ended by its death, and then one that runs until all jobs have ended. Meanwhile a
 * client requests videos and repeats each request until it gets a response.
 */
export async function liveAndDie(deaths: readonly Death[], lives: number): Promise<Outcome> {
  const folder = await makeFolder();
  const provider = await openTestProvider();
  const token = await tokenOf(ada.owner);
  const requests: VideoWanted[] = [];
  const overAt: number[] = [];
  const readyAt: number[] = [];
  let current: Promise<TestGateway> | null = null;
  try {
    for (let life = 0; life < lives; life += 1) {
      const death = deaths[life % deaths.length];
      if (death === undefined) throw new Error('A gateway needs something to die of');
      for (let n = 1; n <= newRequestsPerLife; n += 1) requests.push({ key: `video ${life}.${n}`, jobId: null });
      current = begin({ folder: folder.path, provider, death, life });
      if (await survivedStart(current)) {
        readyAt[life] = Date.now();
        await useUntilItDies(await current, requests, token);
      }
      overAt[life] = Date.now();
    }
    provider.script = {};
    current = startGateway(folder.path, settingsFor(provider));
    const last = await current;
    readyAt[lives] = Date.now();
    await useToTheEnd(last, requests, token);
    return {
      jobs: await withStore(folder.path, readAudited),
      crashes: overAt.map((at, life) => ({ at, recoveredBy: readyAt[life + 1] ?? overAt[life + 1] ?? at })),
      posted: provider.submissions.map(({ prompt }) => prompt),
      accepted: [...provider.accepted.values()].map(({ prompt }) => prompt),
    };
  } finally {
    await current?.then(
      (gateway) => gateway.kill(),
      () => undefined,
    );
    await provider.close();
    await folder.remove();
  }
}

type Life = {
  readonly folder: string;
  readonly provider: TestProvider;
  readonly death: Death;
  readonly life: number;
};

/** Starts a gateway that is going to die. */
function begin({ folder, provider, death, life }: Life): Promise<TestGateway> {
  const occasion = 1 + (life % 3);
  const settings = settingsFor(provider);
  if ('failpoint' in death) {
    provider.script = {};
    const failpoint = death.failpoint.includes(':') ? death.failpoint : `${death.failpoint}:${occasion}`;
    return startGateway(folder, { ...settings, REELGATE_FAILPOINT: failpoint });
  }
  const gateway = startGateway(folder, settings);
  const kill = async () => (await gateway).kill();
  if ('afterMs' in death) {
    provider.script = {};
    gateway.then(() => sleep(death.afterMs(life))).then(kill, () => undefined);
  } else {
    provider.script = scriptOf({ death, occasion, kill, url: provider.url });
  }
  return gateway;
}

/** True if a gateway became ready; one that was killed before that is expected here. */
async function survivedStart(gateway: Promise<TestGateway>): Promise<boolean> {
  try {
    await gateway;
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('The gateway ended with null')) return false;
    throw error;
  }
}

async function useUntilItDies(gateway: TestGateway, requests: readonly VideoWanted[], token: string): Promise<void> {
  const known = requests.findLast(({ jobId }) => jobId !== null);
  if (known !== undefined) await repeat(known, gateway, token);
  await askAll(requests, gateway, token);
  await vi.waitFor(() => ended(gateway), { timeout: diesWithinMs });
  expect(gateway.process.signalCode).toBe('SIGKILL');
}

async function useToTheEnd(gateway: TestGateway, requests: readonly VideoWanted[], token: string): Promise<void> {
  expect(await askAll(requests, gateway, token)).toBe(true);
  await vi.waitFor(async () => expect(await countRunning(gateway, token)).toBe(0), { timeout: endsWithinMs });
  for (const wanted of requests) expect(await repeat(wanted, gateway, token)).toBe(true);
  expect(await gateway.stop()).toBe(0);
}

/** Sends all requests that have no response yet, one after the other; false if the gateway died before the last. */
async function askAll(requests: readonly VideoWanted[], gateway: TestGateway, token: string): Promise<boolean> {
  for (const wanted of requests) {
    if (wanted.jobId === null && !(await repeat(wanted, gateway, token))) return false;
  }
  return true;
}

/** Sends a request, and checks that its key always gives the same job; false if the gateway was dead. */
async function repeat(wanted: VideoWanted, gateway: TestGateway, token: string): Promise<boolean> {
  const input = { prompt: wanted.key, idempotencyKey: wanted.key };
  const result = await request(gateway, generate, { input }, token).catch(() => null);
  if (result === null) return false;
  expect(result.errors).toBeUndefined();
  const { job, failedJob, replayed } = result.data.generateVideo;
  const jobId = String((job ?? failedJob).id);
  if (wanted.jobId !== null) expect(jobId).toBe(wanted.jobId);
  if (wanted.jobId !== null && job !== undefined) expect(replayed).toBe(true);
  wanted.jobId = jobId;
  return true;
}

async function countRunning(gateway: TestGateway, token: string): Promise<number> {
  const query = '{ jobs(filter: { status: [PENDING, QUEUED, PROCESSING] }) { totalCount } }';
  const { data } = await request(gateway, query, {}, token);
  return Number(data.jobs.totalCount);
}
