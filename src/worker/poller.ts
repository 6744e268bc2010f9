import type { Change } from '../domain/change.ts';
import type { Environment, Job } from '../domain/job.ts';
import { advance, dueEventOf, keepLease } from '../domain/life.ts';
import { type Pace, pollsAtOnce } from '../domain/pace.ts';
import { withTimeout } from '../lib/timeout.ts';
import { type Budget, type Due, workTopic } from '../ports.ts';
import { createProviderRequests, type ProviderRequestDeps } from './requests.ts';

/** What a poller is made of: one environment, its provider and what both may do. */
export type PollerDeps = ProviderRequestDeps & {
  readonly environment: Environment;
  readonly budget: Budget;
  readonly pace: Pace;
};

/** Takes an environment's jobs to their ends. */
export interface Poller {
  /** Goes on with rounds until stopped: when rung, when the next job falls due, and every 5 seconds. */
  start(): void;
  /** One round: claims what is due and may be sent, and sets about it. Fulfils when all is claimed, not when it is answered. */
  round(): Promise<Due>;
  /** Takes no more work; fulfils when what is in flight is settled, after 12 s at most. */
  stop(): Promise<void>;
}

// A ring that was lost delays new work by no more than this.
const idleMs = 5000;

const shortOfBudgetMs = 20;

const drainMs = 12_000;

/** How many requests to the provider may be under way together. */
const maxInFlight = 512;

/** One environment's poller. A job in its hands delays no other: every request runs by itself, and none longer than its timeout. */
export function createPoller(deps: PollerDeps): Poller {
  const { environment, store, bell, budget, clock, pace, log } = deps;
  const providerRequests = createProviderRequests(deps, wake);
  const share = createShare();
  let stopping = false;
  let running = false;
  let rung = false;
  let current: Promise<void> = Promise.resolve();
  let stopTimer: () => void = () => undefined;
  let stopListening: () => void = () => undefined;

  /** What a due row becomes. A submit that this very node has still in hand is no lost one; a poll can be had again. */
  function decide(job: Job, claimedAt: number): Change | null {
    // The claim may have waited for its turn since it was asked for: a lease begins when it is given.
    const now = Math.max(claimedAt, clock.now());
    if (job.state === 'SUBMITTING' && providerRequests.has(job.id)) return keepLease(job, now);
    return advance(job, dueEventOf(job, now), { now, pace, chance: clock.random(), estimate: job.estimate });
  }

  async function round(): Promise<Due> {
    const free = Math.max(0, maxInFlight - providerRequests.count);
    const found = await store.due(environment, clock.now(), free);
    const due = { ...found, polls: Math.min(found.polls, pollsAtOnce - providerRequests.polls) };
    const taken = await budget.take(Math.min(free, due.submits + due.polls));
    const order = { environment, ...share(taken, due), endings: due.endings };
    if (stopping || order.submits + order.polls + order.endings === 0) {
      budget.giveBack(taken);
      return due;
    }

    const claimedAt = clock.monotonic();
    const changes = await store.claimDue(order, clock.now(), decide).catch((error: unknown) => {
      budget.giveBack(taken);
      throw error;
    });
    for (const change of changes) if (change.moved) providerRequests.announce(change);
    const requests = changes.filter(needsRequest);
    budget.giveBack(Math.max(0, taken - requests.length));
    for (const { to } of requests) providerRequests.begin(to, claimedAt);
    return due;
  }

  function wake(): void {
    rung = true;
    if (running || stopping) return;
    current = run().catch((error: unknown) =>
      log.error({ err: error, environment }, 'The poller stopped by a fault of its own.'),
    );
  }

  async function run(): Promise<void> {
    running = true;
    stopTimer();
    let waitMs = 0;
    while (rung && !stopping) {
      // Errands that end together ring together: they all have by then.
      await Promise.resolve();
      rung = false;
      waitMs = await round().then(waitAfter(deps), (error: unknown) => {
        log.error({ err: error, environment }, 'The poller could not read what is due; it tries again.');
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
      // A round under way may still claim; what it begins sends nothing any more, and gives its rows back.
      const settled = Promise.all([providerRequests.settled(), current]).then(() => providerRequests.settled());
      await withTimeout(settled, drainMs, clock);
    },
  };
}

/** Until the next row falls due or, where some is left over, until the budget has something for it. */
const waitAfter =
  ({ clock, budget }: Pick<PollerDeps, 'clock' | 'budget'>) =>
  (due: Due): number => {
    const now = clock.now();
    const nextDueMs = due.nextAt === null ? idleMs : due.nextAt - now;
    const leftOverMs = due.submits + due.polls > 0 ? Math.max(shortOfBudgetMs, budget.nextAt() - now) : idleMs;
    return Math.max(0, Math.min(idleMs, nextDueMs, leftOverMs));
  };

/** Splits requests among what waits: submits first, but where both wait every other request is a look, also from one round to the next; what one kind leaves idle the other gets. */
function createShare(): (taken: number, due: Due) => { submits: number; polls: number } {
  let pollsNext = false;
  return (taken, due) => {
    let submits = 0;
    let polls = 0;
    while (submits + polls < taken) {
      const isPoll = submits >= due.submits || (polls < due.polls && pollsNext);
      if (isPoll) polls += 1;
      else submits += 1;
      pollsNext = !isPoll;
    }
    return { submits, polls };
  };
}

/**
 * Whether a claim is for a request to the provider: the row was marked for a submit, or leased for a look. A submit whose lease was kept
 * is none, though its errand may have ended since: it has been sent.
 */
function needsRequest({ moved, to }: Change): boolean {
  return to.state === 'SUBMITTING' ? moved : !moved && to.pollAt !== null;
}
