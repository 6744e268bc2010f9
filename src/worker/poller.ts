import type { Change } from '../domain/change.ts';
import type { Job } from '../domain/job.ts';
import { advance, dueEventOf, keepLease } from '../domain/life.ts';
import { pollsAtOnce } from '../domain/pace.ts';
import { withTimeout } from '../lib/timeout.ts';
import { type Due, workTopic } from '../ports.ts';
import { createProviderRequests, type ProviderRequestDeps } from './requests.ts';
import { createTurns } from './turns.ts';

/** Submits and polls an environment's jobs until they end. */
export interface Poller {
  /** Runs rounds until stopped: after a ring, when the next job falls due, and every 5 seconds. */
  start(): void;
  /** Claims due jobs, as many as the budget allows, and starts their requests. Fulfils after the claim, without waiting for responses. */
  round(): Promise<Due>;
  /** Claims nothing more; fulfils when the requests in flight have ended, after 12 s at most. */
  stop(): Promise<void>;
}

// A lost ring delays new work by no more than this.
const idleMs = 5000;

const shortOfBudgetMs = 20;

const drainMs = 12_000;

/** How many provider requests may be under way at once. */
const maxInFlight = 512;

/** One environment's poller. No job delays another: requests run concurrently, each with a timeout. */
export function createPoller(deps: ProviderRequestDeps): Poller {
  const { environment, store, bell, budget, clock, pace, log } = deps;
  const providerRequests = createProviderRequests(deps, wake);
  const { take, giveBack } = createTurns(budget, pace);
  let stopping = false;
  let running = false;
  let rung = false;
  let current: Promise<void> = Promise.resolve();
  let stopTimer: () => void = () => undefined;
  let stopListening: () => void = () => undefined;

  /** Decides what a claim changes. A submit still under way on this node is not lost, so its lease is extended; a poll can be repeated. */
  function decide(job: Job, claimedAt: number): Change | null {
    // The claim may have waited in the database's queue: a lease begins when it is granted.
    const now = Math.max(claimedAt, clock.now());
    if (job.state === 'SUBMITTING' && providerRequests.has(job.id)) return keepLease(job, now);
    return advance(job, dueEventOf(job, now), { now, pace, chance: clock.random(), estimate: job.estimate });
  }

  async function round(): Promise<Due> {
    const free = Math.max(0, maxInFlight - providerRequests.count);
    const found = await store.due(environment, clock.now(), free);
    const due = { ...found, polls: Math.min(found.polls, pollsAtOnce - providerRequests.polls) };
    const { submits, polls } = await take(due, free);
    if (stopping || submits + polls + due.endings === 0) {
      giveBack(submits, polls);
      return due;
    }

    const claimedAt = clock.monotonic();
    const order = { environment, submits, polls, endings: due.endings };
    const changes = await store.claimDue(order, clock.now(), decide).catch((error: unknown) => {
      giveBack(submits, polls);
      throw error;
    });
    for (const change of changes) if (change.moved) providerRequests.publish(change);
    const requests = changes.filter(needsRequest);
    const sent = requests.filter(({ moved }) => moved).length;
    giveBack(Math.max(0, submits - sent), Math.max(0, polls - requests.length + sent));
    for (const { to } of requests) providerRequests.start(to, claimedAt);
    return due;
  }

  function wake(): void {
    rung = true;
    if (running || stopping) return;
    current = run().catch((error: unknown) =>
      log.error({ err: error, environment }, 'The poller stopped because of a bug.'),
    );
  }

  async function run(): Promise<void> {
    running = true;
    stopTimer();
    let waitMs = 0;
    while (rung && !stopping) {
      // Requests that end in the same turn wake the poller only once.
      await Promise.resolve();
      rung = false;
      waitMs = await round().then(waitAfter(deps), (error: unknown) => {
        log.error({ err: error, environment }, 'The poller could not claim due jobs; it tries again.');
        return idleMs;
      });
    }
    running = false;
    if (!stopping) stopTimer = clock.after(waitMs, wake);
  }

  return {
    round,
    start() {
      stopListening = bell.listen(workTopic(environment), wake);
      wake();
    },
    async stop() {
      stopping = true;
      stopTimer();
      stopListening();
      // A round under way may still claim: its requests send nothing any more and make their rows due again.
      const drained = Promise.all([providerRequests.drain(), current]).then(() => providerRequests.drain());
      await withTimeout(drained, drainMs, clock);
    },
  };
}

/** How long to wait after a round: until the next row falls due or, if due rows are left, until the budget allows more. */
const waitAfter =
  ({ clock, budget }: Pick<ProviderRequestDeps, 'clock' | 'budget'>) =>
  (due: Due): number => {
    const now = clock.now();
    const nextDueMs = due.nextAt === null ? idleMs : due.nextAt - now;
    const allowedAt = due.polls > 0 ? budget.nextAt() : Math.max(budget.nextAt(), budget.submits.nextAt());
    const leftOverMs = due.submits + due.polls > 0 ? Math.max(shortOfBudgetMs, allowedAt - now) : idleMs;
    return Math.max(0, Math.min(idleMs, nextDueMs, leftOverMs));
  };

/**
 * Whether a claim needs a provider request: the row was marked for a submit, or leased for a poll. A submit whose lease was extended
 * needs none, even if its request has ended since: it has been sent.
 */
function needsRequest({ moved, to }: Change): boolean {
  return to.state === 'SUBMITTING' ? moved : !moved && to.pollAt !== null;
}
