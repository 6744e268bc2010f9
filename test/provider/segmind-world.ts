import { onTestFinished } from 'vitest';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { openSegmind, type Segmind, type SegmindOptions } from '../../src/adapter/provider/segmind/client.ts';
import { noCopy } from '../../src/domain/copy.ts';
import type { Job, SubmitEvent } from '../../src/domain/job.ts';
import { estimateOf, livePrior } from '../../src/domain/progress.ts';
import type { Clock, Log, LogFields, SubmitResult } from '../../src/ports.ts';
import { type Behaviour, type MisbehavingServer, openMisbehavingServer } from './misbehaving-server.ts';

/** The key of the tests' client. */
export const apiKey = 'SG_0123456789abcdef';

/** The current time in every test. */
export const now = Date.parse('2026-11-23T05:00:00Z');

/** A clock whose time is fixed and whose timers run. */
export function createStillClock(random = 0.5): Clock {
  return { ...createSystemClock(), now: () => now, random: () => random };
}

/** One line of a log. */
type Line = { readonly level: string; readonly fields: LogFields; readonly message: string };

/** A log that keeps its lines. */
export type LineLog = Log & { readonly lines: readonly Line[] };

export function createLineLog(): LineLog {
  const lines: Line[] = [];
  const write = (level: string) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** A client and its provider. */
export type World = {
  readonly server: MisbehavingServer;
  readonly segmind: Segmind;
  readonly log: LineLog;
  /** A job that this server has accepted. */
  readonly running: Job;
};

/** Opens a server with a behaviour and a client of it; both are closed when the test is over. */
export async function openWorld(behaviour: Behaviour, options: Partial<SegmindOptions> = {}): Promise<World> {
  const server = await openServer(behaviour);
  const log = createLineLog();
  const segmind = openClient({ baseUrl: server.origin, log, ...options });
  const running = jobOf({ requestId: 'abc123', pollUrl: `${server.origin}/workflows/request/abc123` });
  return { server, segmind, log, running };
}

/** Opens a server that is closed when the test is over. */
export async function openServer(behaviour?: Behaviour): Promise<MisbehavingServer> {
  const server = await openMisbehavingServer(behaviour);
  onTestFinished(() => server.close());
  return server;
}

/** Opens a client that is closed when the test is over. */
export function openClient(options: Partial<SegmindOptions> & Pick<SegmindOptions, 'baseUrl'>): Segmind {
  const segmind = openSegmind({
    workflow: '67c6b3b9f6cf2bb5a9b16b3e-v8',
    apiKey,
    auth: 'bearer',
    seedType: 'string',
    fileLifetimeMs: null,
    clock: createStillClock(),
    log: createLineLog(),
    ...options,
  });
  onTestFinished(() => segmind.close());
  return segmind;
}

/** The event of a submit, without its details. */
export function bare({ details: _, ...event }: SubmitResult): SubmitEvent {
  return event;
}

/** For `mayBegin`: the claim is fresh. */
export const yes = (): boolean => true;

/** A job that is being submitted, with `patch` applied. */
export function jobOf(patch: Partial<Job> = {}): Job {
  return {
    id: '019ad2f0-0000-7000-8000-000000000001',
    accountId: '019ad2f0-0000-7000-8000-000000000002',
    owner: 'ann',
    environment: 'LIVE',
    prompt: 'Two people in a sunlit office',
    aspectRatio: 'LANDSCAPE_16_9',
    seed: 1_323_456,
    externalId: null,
    idempotencyKey: null,
    retryOf: null,
    priceCredits: 67,
    maxCredits: null,
    apiKeyId: null,
    videoId: '0123456789abcdef0123456789abcdef',
    state: 'SUBMITTING',
    version: 2,
    requestId: null,
    pollUrl: null,
    video: null,
    lateVideo: null,
    copy: noCopy,
    failure: null,
    seedUsed: null,
    providerCost: null,
    providerMessage: null,
    providerHttpStatus: null,
    outputMissingSince: null,
    unknownVideo: false,
    estimate: estimateOf([], livePrior),
    faults: 0,
    failedPolls: 0,
    resends: 0,
    createdAt: now,
    submittedAt: null,
    startedAt: null,
    finishedAt: null,
    deadlineAt: now + 1_200_000,
    pollAt: now,
    polledAt: null,
    deletedAt: null,
    ...patch,
  };
}
