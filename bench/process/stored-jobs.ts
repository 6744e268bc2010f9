import type { Job, LifeEvent } from '../../src/domain/job.ts';
import { advance } from '../../src/domain/life.ts';
import type { Pace } from '../../src/domain/pace.ts';
import { estimateOf, livePrior } from '../../src/domain/progress.ts';
import type { Clock, Log, Store } from '../../src/ports.ts';

/** Whose jobs they are. */
export const account = { owner: 'demo', environment: 'LIVE' } as const;

/** What no benchmark runs into. */
export const unlimited = 1_000_000_000;

/** Says nothing but what should not happen. */
export const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields, message) => void process.stderr.write(`${message} ${String(fields['err'])}\n`),
};

/** Jobs in a store, and what happens to them. Nobody is rung. */
export type StoredJobs = {
  /** A job that the provider has accepted and works on. It was stored due `dueInMs` from now, for pollers to leave it alone meanwhile. */
  make(place: number, pollUrlOf: (id: string) => string, dueInMs: number): Promise<Job>;
  happen(job: Job, event: LifeEvent): Promise<Job>;
};

/** Jobs of the one account, which has to arrive first. */
export function createStoredJobs(store: Store, clock: Clock, pace: Pace): StoredJobs {
  const estimate = estimateOf([], livePrior);
  let lastNow = 0;

  async function happen(job: Job, event: LifeEvent): Promise<Job> {
    // A look counts as news only where it is later than the last.
    const now = Math.max(lastNow + 1, clock.now());
    lastNow = now;
    const change = advance(job, event, { now, pace, chance: 0.5, estimate });
    if (change === null || !(await store.commit(change, now))) throw new Error(`A ${job.state} job could not move`);
    return change.to;
  }

  async function make(place: number, pollUrlOf: (id: string) => string, dueInMs: number): Promise<Job> {
    const createdAt = clock.now() + dueInMs;
    const admitted = await store.admit({
      id: clock.newId(),
      account,
      input: { prompt: `Two people at desk ${place}`, aspectRatio: 'LANDSCAPE_16_9', seed: place, externalId: null },
      idempotencyKey: null,
      retryOf: null,
      priceCredits: 1,
      maxCredits: null,
      spending: null,
      limits: { perMinute: unlimited, inFlight: unlimited },
      estimate,
      createdAt,
      deadlineAt: createdAt + pace.deadlineMs,
    });
    if (admitted.kind !== 'admitted') throw new Error(admitted.message);
    const sent = await happen(admitted.job, { type: 'claimed' });
    const poll = { type: 'seen', status: 'PROCESSING' } as const;
    return happen(sent, { type: 'accepted', requestId: sent.id, pollUrl: pollUrlOf(sent.id), poll });
  }

  return { make, happen };
}
