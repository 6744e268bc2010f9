import type { Change } from '../domain/change.ts';
import type { Job, LifeEvent } from '../domain/job.ts';
import { advance } from '../domain/life.ts';
import { missingGraceMs, type Pace, submitWithinMs } from '../domain/pace.ts';
import type { Estimate } from '../domain/progress.ts';
import {
  accountTopic,
  type Bell,
  type Budget,
  type Clock,
  jobTopic,
  type Log,
  type Provider,
  type Store,
} from '../ports.ts';
import type { Estimates } from '../read/estimates.ts';
import { reportChange } from './report.ts';

/** What errands are made of. */
export type ProviderRequestDeps = {
  readonly store: Store;
  readonly provider: Provider;
  readonly bell: Bell;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly estimates: Estimates;
  readonly pace: Pace;
  readonly log: Log;
};

/** The requests under way for claimed jobs, each from its claim to the commit of what came of it. */
export interface ProviderRequests {
  readonly count: number;
  /** How many of them are looks. */
  readonly polls: number;
  has(jobId: string): boolean;
  /** Sends a SUBMITTING job, or looks at any other. `claimedAt`: when its claim began, on the monotonic clock. */
  begin(job: Job, claimedAt: number): void;
  /** Rings and reports a committed change. */
  announce(change: Change): void;
  /** From now on nothing is sent any more; fulfils when what was begun is settled. */
  settled(): Promise<void>;
}

/** One request, from its claim to its end, which never rejects. */
type ProviderRequest = { readonly job: Job; readonly claimedAt: number; end: Promise<void> };

const commitRetryMs = 500;

/** A disk may stay full for hours: what waits for it is told of when that begins, and then every half minute. */
const retriesPerReport = 60;

/**
 * Errands for one environment; `onSettled` is called whenever one is over. An errand's way:
 *
 *   waiting for the job's last errand ──► asked ── the provider's answer ──► committing ── written ──► rung, reported ──► over
 *                                                                             │    ▲
 *                                                                             └────┘ the row has moved: decided anew, as it now is;
 *                                                                                    a submit's outcome refused: again after 500 ms
 *   any ── fails inside, or its answer means nothing in the job's state, or a poll cannot be written ──► over: the row falls due again
 *
 * A round begins it, the store says whose commit wins, and nobody cuts it: a stop waits for its end.
 */
export function createProviderRequests(deps: ProviderRequestDeps, onSettled: () => void): ProviderRequests {
  const { store, provider, bell, budget, clock, estimates, pace, log } = deps;
  const underWay = new Map<string, ProviderRequest>();
  let polls = 0;
  let stopping = false;

  /** Takes an errand to its end; never rejects. */
  async function run(providerRequest: ProviderRequest, last: ProviderRequest | undefined): Promise<void> {
    const { job } = providerRequest;
    // The job's last errand may not have ended, though the row has moved on: one follows the other.
    if (last !== undefined) await last.end;
    try {
      await (isSubmit(job) ? submit(job, providerRequest.claimedAt) : poll(job));
    } catch (error) {
      log.error({ err: error, jobId: job.id }, 'A job could not be worked on; it falls due again.');
    }
    if (underWay.get(job.id) === providerRequest) underWay.delete(job.id);
    if (!isSubmit(job)) polls -= 1;
    onSettled();
  }

  async function submit(job: Job, claimedAt: number): Promise<void> {
    // Read before the POST, so that nothing stands between the provider's yes and its commit.
    const estimate = await estimates(job.environment);
    const mayBegin = () => !stopping && clock.monotonic() - claimedAt < submitWithinMs;
    const event = await provider.submit(job, mayBegin);
    if (event.type === 'throttled') budget.pauseUntil(event.retryAt);
    await settle(job, event, estimate);
  }

  async function poll(job: Job): Promise<void> {
    const askedAt = clock.now();
    const { event, retryAt } = await provider.poll(job);
    if (retryAt !== null) budget.pauseUntil(retryAt);
    // A 404 tells of the moment in which it was asked for: a node that stood still meanwhile must not take it for a later one.
    const isEarly = event.type === 'missing' && askedAt < (job.submittedAt ?? askedAt) + missingGraceMs;
    await settle(job, isEarly ? { type: 'fault' } : event, job.estimate);
  }

  /** Commits what an event makes of a job, deciding anew where the row has moved meanwhile. */
  async function settle(job: Job, event: LifeEvent, estimate: Estimate): Promise<void> {
    let current: Job | null = job;
    let retries = 0;
    while (current !== null) {
      try {
        const given = { now: clock.now(), pace, chance: clock.random(), estimate };
        const change = advance(current, event, given);
        if (change === null) {
          log.info({ jobId: job.id, event: event.type, state: current.state }, 'An answer came too late to matter.');
          return;
        }
        if (await store.commit(change, given.now)) return announce(change);
        current = await store.findJob(job.id);
      } catch (error) {
        const requestId = event.type === 'accepted' ? event.requestId : null;
        if (retries % retriesPerReport === 0) {
          log.error(
            { err: error, jobId: job.id, event: event.type, requestId },
            'What came of a request could not be stored.',
          );
        }
        retries += 1;
        // A look can be had again. What came of a submit cannot: it is kept in hand until the database takes it.
        if (!isSubmit(job)) return;
        await passed(commitRetryMs, clock);
      }
    }
  }

  function announce(change: Change): void {
    const { id, accountId } = change.to;
    bell.ring(change.moved ? [jobTopic(id), accountTopic(accountId)] : [jobTopic(id)]);
    reportChange(change, log);
  }

  return {
    announce,
    get count() {
      return underWay.size;
    },
    get polls() {
      return polls;
    },
    has: (jobId) => underWay.has(jobId),
    begin(job, claimedAt) {
      const providerRequest: ProviderRequest = { job, claimedAt, end: Promise.resolve() };
      const last = underWay.get(job.id);
      underWay.set(job.id, providerRequest);
      if (!isSubmit(job)) polls += 1;
      providerRequest.end = run(providerRequest, last);
    },
    async settled() {
      stopping = true;
      await Promise.all([...underWay.values()].map(({ end }) => end));
    },
  };
}

/** Whether a claimed job is to be sent; all others are looked at. */
function isSubmit(job: Job): boolean {
  return job.state === 'SUBMITTING';
}

function passed(ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
