import type { Job, LifeEvent } from '../../src/domain/job.ts';
import { advance } from '../../src/domain/life.ts';
import type { Pace } from '../../src/domain/pace.ts';
import { estimateOf, livePrior } from '../../src/domain/progress.ts';
import type { Clock, Log, Store } from '../../src/ports.ts';

/** The owner of jobs in rows that need only one user. */
export const account = { owner: 'demo', environment: 'LIVE' } as const;

/** Limits that no benchmark reaches. */
export const unlimited = 1_000_000_000;

/** Prints only what should not apply. */
export const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields, message) => void process.stderr.write(`${message} ${String(fields['err'])}\n`),
};

/** Jobs in a store, and their changes. Nothing rings. */
export type StoredJobs = {
  /** A job that the provider has accepted and is working on. It is due `dueInMs` from now, so that pollers leave it alone meanwhile. */
  make(place: number, pollUrlOf: (id: string) => string, dueInMs: number, owner?: string): Promise<Job>;
  apply(job: Job, event: LifeEvent): Promise<Job>;
};

/** Jobs of accounts that exist. */
export function createStoredJobs(store: Store, clock: Clock, pace: Pace): StoredJobs {
  const estimate = estimateOf([], livePrior);
  let lastNow = 0;

  async function apply(job: Job, event: LifeEvent): Promise<Job> {
    // A poll counts as news only if it is later than the last one.
    const now = Math.max(lastNow + 1, clock.now());
    lastNow = now;
    const change = advance(job, event, { now, pace, chance: 0.5, estimate });
    if (change === null || !(await store.commit(change, now))) throw new Error(`A ${job.state} job could not move`);
    return change.to;
  }

  async function make(
    place: number,
    pollUrlOf: (id: string) => string,
    dueInMs: number,
    owner: string = account.owner,
  ): Promise<Job> {
    const createdAt = clock.now() + dueInMs;
    const admitted = await store.admit({
      id: clock.newId(),
      videoId: clock.newSecretId(),
      account: { ...account, owner },
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
    const sent = await apply(admitted.job, { type: 'claimed' });
    const poll = { type: 'seen', status: 'PROCESSING' } as const;
    return apply(sent, { type: 'accepted', requestId: sent.id, pollUrl: pollUrlOf(sent.id), poll });
  }

  return { make, apply };
}
