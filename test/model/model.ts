import type { JobState } from '../../src/domain/job.ts';

/** What the model keeps of a job. */
export type ModelJob = {
  readonly id: string;
  readonly owner: string;
  readonly key: string | null;
  readonly prompt: string;
  readonly retryOf: string | null;
  readonly createdAt: number;
  state: Exclude<JobState, 'PROCESSING'>;
  /** Whether the provider has said that it took it. */
  isAccepted: boolean;
  failure: string | null;
  deadlineAt: number;
  pollAt: number;
};

/** What can come of a request for a job. */
export type Outcome = 'accepted' | 'acceptedDone' | 'refused' | 'unconfirmed' | 'notSent' | 'completed' | 'failed';

/** The numbers that the model and the gateway share. */
export const terms = {
  priceCredits: 10,
  signupCredits: 25,
  jobsPerMinute: 4,
  jobsInFlight: 3,
  deadlineMs: 60_000,
  intervalMs: 7000,
} as const;

const leaseMs = 20_000;

const limitWindowMs = 60_000;

const running: readonly JobState[] = ['PENDING', 'SUBMITTING', 'QUEUED'];

type VideoWanted = {
  readonly owner: string;
  readonly key: string | null;
  readonly prompt: string;
  readonly retryOf: string | null;
  readonly maxCredits: number | null;
};

/** Ledger and idempotency as plain lists: what every answer and every amount must be. Answers are words, with the id of the job they name. */
export function createModel() {
  const balances = new Map<string, number>();
  const jobs: ModelJob[] = [];
  const grants: { readonly key: string; readonly owner: string; readonly credits: number }[] = [];
  const ofOwner = (owner: string) => jobs.filter((job) => job.owner === owner);
  const runningOf = (owner: string) => ofOwner(owner).filter(({ state }) => running.includes(state));
  const heldOf = (owner: string) => runningOf(owner).length * terms.priceCredits;
  const balanceOf = (owner: string) => balances.get(owner) ?? terms.signupCredits;
  const arrive = (owner: string) => balances.set(owner, balanceOf(owner));

  function end(job: ModelJob, state: 'COMPLETED' | 'FAILED' | 'CANCELED', failure: string | null = null): void {
    job.state = state;
    job.failure = failure;
    if (state === 'COMPLETED') balances.set(job.owner, balanceOf(job.owner) - terms.priceCredits);
  }

  function earlierOf({ owner, key, retryOf }: VideoWanted): ModelJob | undefined {
    if (key !== null) return ofOwner(owner).find((job) => job.key === key);
    return retryOf === null ? undefined : jobs.find((job) => job.key === null && job.retryOf === retryOf);
  }

  function refusalOf({ owner, maxCredits }: VideoWanted, now: number): string | null {
    const recent = ofOwner(owner).filter(({ createdAt }) => createdAt > now - limitWindowMs);
    if (runningOf(owner).length >= terms.jobsInFlight || recent.length >= terms.jobsPerMinute) return 'rateLimited';
    if (maxCredits !== null && maxCredits < terms.priceCredits) return 'invalidInput';
    return balanceOf(owner) - heldOf(owner) < terms.priceCredits ? 'insufficientCredits' : null;
  }

  return {
    jobs,
    balances,
    heldOf,
    arrive,

    /** The answer to a wish; `newId` is the id that a new job gets. */
    wish(wish: VideoWanted, newId: string, now: number): string {
      const earlier = earlierOf(wish);
      if (earlier !== undefined) {
        if (wish.key !== null && earlier.prompt !== wish.prompt) return `conflict ${earlier.id}`;
        return earlier.failure !== null && !earlier.isAccepted
          ? `${earlier.failure} ${earlier.id}`
          : `replayed ${earlier.id}`;
      }
      const refusal = refusalOf(wish, now);
      if (refusal !== null) return refusal;
      const { owner, key, prompt, retryOf } = wish;
      const deadlineAt = now + terms.deadlineMs;
      jobs.push({
        id: newId,
        owner,
        key,
        prompt,
        retryOf,
        createdAt: now,
        state: 'PENDING',
        isAccepted: false,
        failure: null,
        deadlineAt,
        pollAt: now,
      });
      return `new ${newId}`;
    },

    cancel(owner: string, job: ModelJob): string {
      if (job.owner !== owner) return 'notFound';
      if (job.state === 'PENDING') end(job, 'CANCELED');
      return job.state === 'CANCELED' ? `canceled ${job.id}` : 'NOT_CANCELABLE';
    },

    grant(owner: string, key: string | null, credits: number): string {
      const earlier = grants.find((grant) => grant.key === key);
      if (earlier !== undefined) return earlier.owner === owner && earlier.credits === credits ? 'granted' : 'conflict';
      if (balanceOf(owner) + credits < heldOf(owner)) return 'invalidInput';
      if (key !== null) grants.push({ key, owner, credits });
      balances.set(owner, balanceOf(owner) + credits);
      return 'granted';
    },

    /** All that is due is claimed, but for looks: deadlines, leases that ran out, and jobs to be sent. */
    claim(now: number): void {
      for (const job of jobs.filter(({ state, pollAt }) => running.includes(state) && pollAt <= now)) {
        if (job.state === 'SUBMITTING') end(job, 'FAILED', 'SUBMISSION_UNCONFIRMED');
        else if (now >= job.deadlineAt) end(job, 'FAILED', 'DEADLINE_EXCEEDED');
        else if (job.state === 'PENDING') Object.assign(job, { state: 'SUBMITTING', pollAt: now + leaseMs });
      }
    },

    /** What came of a request; it means nothing where the job does not wait for it. */
    settle(job: ModelJob, outcome: Outcome, now: number): void {
      if (job.state === 'QUEUED' && outcome === 'completed') end(job, 'COMPLETED');
      if (job.state === 'QUEUED' && outcome === 'failed') end(job, 'FAILED', 'GENERATION_FAILED');
      if (job.state !== 'SUBMITTING') return;
      if (outcome === 'accepted')
        Object.assign(job, { state: 'QUEUED', isAccepted: true, deadlineAt: now + terms.deadlineMs, pollAt: now });
      if (outcome === 'acceptedDone') end(job, 'COMPLETED');
      if (outcome === 'refused') end(job, 'FAILED', 'PROVIDER_BAD_REQUEST');
      if (outcome === 'unconfirmed') end(job, 'FAILED', 'SUBMISSION_UNCONFIRMED');
      if (outcome === 'notSent')
        Object.assign(job, { state: 'PENDING', pollAt: Math.min(now + terms.intervalMs, job.deadlineAt) });
    },
  };
}

/** The model beside the real thing. */
export type Model = ReturnType<typeof createModel>;
