import type { Change } from '../domain/change.ts';
import type { Environment, Job } from '../domain/job.ts';
import { jobFactsOf } from '../domain/job-facts.ts';
import { advanceBy, type Outcome } from '../domain/outcome.ts';
import { missingGraceMs, type Pace, submitWithinMs } from '../domain/pace.ts';
import type { Estimate } from '../domain/progress.ts';
import { webhookEventOf } from '../domain/webhook.ts';
import { createLruCache } from '../lib/lru-cache.ts';
import { copyTopic } from '../ports/copy.ts';
import { webhookTopic } from '../ports/webhook.ts';
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

/** What the requests of one environment need; a poller is created from the same. */
export type ProviderRequestDeps = {
  readonly environment: Environment;
  readonly store: Store;
  readonly provider: Provider;
  readonly bell: Bell;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly estimates: Estimates;
  readonly pace: Pace;
  /** Whether this installation keeps copies of videos. */
  readonly keepsVideos: boolean;
  readonly log: Log;
};

/** The provider requests under way for claimed jobs, each from its claim to the commit of its outcome. */
export interface ProviderRequests {
  readonly count: number;
  /** How many of them are polls. */
  readonly polls: number;
  has(jobId: string): boolean;
  /** Sends a SUBMITTING job, or polls any other. `claimedAt`: when its claim began, on the monotonic clock. */
  start(job: Job, claimedAt: number): void;
  /** Rings and reports a committed change. */
  publish(change: Change): void;
  /** Sends nothing any more from now on; fulfils when every request under way has ended. */
  drain(): Promise<void>;
}

/** One request. `end` fulfils when it is done and never rejects. */
type ProviderRequest = { readonly job: Job; readonly claimedAt: number; end: Promise<void> };

const commitRetryMs = 500;

/** Far more jobs than run at a time; those that were polled longest ago are forgotten. */
const countedJobs = 50_000;

/** A disk may stay full for hours: the log has a line when the retries begin, then one every half minute. */
const retriesPerReport = 60;

/**
 * The requests of one environment; `onEnd` is called after each. A poller starts them and nothing cuts them: a stop waits for their ends.
 *
 *   waiting for the job's last request ──► sent ── response ──► committing ── written ──► published ──► done
 *                                                                │     ▲
 *                                                                ├─────┤ another commit was first: decide again on the new row
 *                                                                └─────┘ the database refused a submit's outcome: again after 500 ms
 *   any ── an error, an event without a rule, or a poll's outcome that the database refused ──► done: the row falls due again
 */
export function createProviderRequests(deps: ProviderRequestDeps, onEnd: () => void): ProviderRequests {
  const { store, provider, bell, budget, clock, estimates, pace, keepsVideos, log } = deps;
  const underWay = new Map<string, ProviderRequest>();
  /** How often this node has polled each job, for the line at its end. */
  const pollsOf = createLruCache<number>(countedJobs);
  let polls = 0;
  let stopping = false;

  /** Runs a request to its end; never rejects. */
  async function run(providerRequest: ProviderRequest, last: ProviderRequest | undefined): Promise<void> {
    const { job } = providerRequest;
    // The job's last request may still be ending, although its row has changed: requests of one job never overlap.
    if (last !== undefined) await last.end;
    try {
      await (isSubmit(job) ? submit(job, providerRequest.claimedAt) : poll(job));
    } catch (error) {
      log.error({ err: error, ...jobFactsOf(job) }, 'A job’s provider request failed; the job falls due again.');
    }
    if (underWay.get(job.id) === providerRequest) underWay.delete(job.id);
    if (!isSubmit(job)) polls -= 1;
    onEnd();
  }

  async function submit(job: Job, claimedAt: number): Promise<void> {
    // Read before the POST, so that nothing delays the commit of the provider's acceptance.
    const estimate = await estimates(job.environment);
    const mayBegin = () => !stopping && clock.monotonic() - claimedAt < submitWithinMs;
    const askedAt = clock.now();
    const { details, ...event } = await provider.submit(job, mayBegin);
    if (event.type === 'throttled') budget.submits.pauseUntil(event.retryAt);
    await commitOutcome(job, { event, details, askedAt }, estimate);
  }

  async function poll(job: Job): Promise<void> {
    const askedAt = clock.now();
    pollsOf.set(job.id, (pollsOf.get(job.id) ?? 0) + 1);
    const { event, retryAt, details } = await provider.poll(job);
    if (retryAt !== null) budget.pauseUntil(retryAt);
    // A 404 describes the moment of its request: a node that was suspended since must not treat it as newer.
    const isEarly = event.type === 'missing' && askedAt < (job.submittedAt ?? askedAt) + missingGraceMs;
    await commitOutcome(job, { event: isEarly ? { type: 'fault' } : event, details, askedAt }, job.estimate);
  }

  /** Commits the change that a response makes to a job, and decides again if another commit was first. */
  async function commitOutcome(job: Job, outcome: Outcome, estimate: Estimate): Promise<void> {
    const { event } = outcome;
    let current: Job | null = job;
    let retries = 0;
    while (current !== null) {
      try {
        const given = { now: clock.now(), pace, chance: clock.random(), estimate, keepsVideos };
        const change = advanceBy(current, outcome, given);
        if (change === null) {
          log.info(
            { ...jobFactsOf(job), event: event.type, state: current.state },
            'A response came too late to matter.',
          );
          return;
        }
        if (await store.commit(change, given.now)) return publish(change);
        current = await store.findJob(job.id);
      } catch (error) {
        const requestId = event.type === 'accepted' ? event.requestId : null;
        if (retries % retriesPerReport === 0) {
          log.error(
            { err: error, ...jobFactsOf(job), event: event.type, requestId: requestId ?? job.requestId },
            'The outcome of a provider request could not be stored.',
          );
        }
        retries += 1;
        // A poll can be repeated, a submit cannot: its outcome is kept in memory until the database takes it.
        if (!isSubmit(job)) return;
        await passed(commitRetryMs, clock);
      }
    }
  }

  function publish(change: Change): void {
    bell.ring(topicsOf(change));
    reportChange(change, log, pollsOf.get(change.to.id));
  }

  return {
    publish,
    get count() {
      return underWay.size;
    },
    get polls() {
      return polls;
    },
    has: (jobId) => underWay.has(jobId),
    start(job, claimedAt) {
      const providerRequest: ProviderRequest = { job, claimedAt, end: Promise.resolve() };
      const last = underWay.get(job.id);
      underWay.set(job.id, providerRequest);
      if (!isSubmit(job)) polls += 1;
      providerRequest.end = run(providerRequest, last);
    },
    async drain() {
      stopping = true;
      await Promise.all([...underWay.values()].map(({ end }) => end));
    },
  };
}

/** Whether a claimed job is sent; all others are polled. */
function isSubmit(job: Job): boolean {
  return job.state === 'SUBMITTING';
}

function passed(ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

/** Who is to know of a change. */
function topicsOf(change: Change): readonly string[] {
  const { id, accountId, copy } = change.to;
  const isToCopy = copy.state === 'WAITING' && change.from.copy.state === 'NONE';
  return [
    jobTopic(id),
    ...(change.moved ? [accountTopic(accountId)] : []),
    ...(isToCopy ? [copyTopic] : []),
    ...(webhookEventOf(change) === null ? [] : [webhookTopic]),
  ];
}
