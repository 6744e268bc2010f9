import type { JobState } from '../../src/domain/job.ts';

/** The model's record of a job. */
export type ModelJob = {
  readonly id: string;
  readonly owner: string;
  readonly key: string | null;
  readonly prompt: string;
  readonly retryOf: string | null;
  readonly createdAt: number;
  state: Exclude<JobState, 'PROCESSING'>;
  /** Whether the provider has confirmed that it accepted the job. */
  isAccepted: boolean;
  failure: string | null;
  deadlineAt: number;
  pollAt: number;
};

/** How a provider request can end. */
export type Outcome = 'accepted' | 'acceptedDone' | 'refused' | 'unconfirmed' | 'notSent' | 'completed' | 'failed';

/** The settings that the model and the gateway share. */
export const settings = {
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

type VideoRequest = {
  readonly owner: string;
  readonly key: string | null;
  readonly prompt: string;
  readonly retryOf: string | null;
  readonly maxCredits: number | null;
};

/** Ledger and idempotency as plain lists, which give every expected result and amount. A result is a text such as `replayed JOB_ID`. */
export function createModel() {
  const balances = new Map<string, number>();
  const jobs: ModelJob[] = [];
  const grants: { readonly key: string; readonly owner: string; readonly credits: number }[] = [];
  const ofOwner = (owner: string) => jobs.filter((job) => job.owner === owner);
  const runningOf = (owner: string) => ofOwner(owner).filter(({ state }) => running.includes(state));
  const heldOf = (owner: string) => runningOf(owner).length * settings.priceCredits;
  const balanceOf = (owner: string) => balances.get(owner) ?? settings.signupCredits;
  const ensureAccount = (owner: string) => balances.set(owner, balanceOf(owner));

  function end(job: ModelJob, state: 'COMPLETED' | 'FAILED' | 'CANCELED', failure: string | null = null): void {
    job.state = state;
    job.failure = failure;
    if (state === 'COMPLETED') balances.set(job.owner, balanceOf(job.owner) - settings.priceCredits);
  }

  function earlierOf({ owner, key, retryOf }: VideoRequest): ModelJob | undefined {
    if (key !== null) return ofOwner(owner).find((job) => job.key === key);
    return retryOf === null ? undefined : jobs.find((job) => job.key === null && job.retryOf === retryOf);
  }

  function refusalOf({ owner, maxCredits }: VideoRequest, now: number): string | null {
    const recent = ofOwner(owner).filter(({ createdAt }) => createdAt > now - limitWindowMs);
    if (runningOf(owner).length >= settings.jobsInFlight || recent.length >= settings.jobsPerMinute)
      return 'rateLimited';
    if (maxCredits !== null && maxCredits < settings.priceCredits) return 'invalidInput';
    return balanceOf(owner) - heldOf(owner) < settings.priceCredits ? 'insufficientCredits' : null;
  }

  return {
    jobs,
    balances,
    heldOf,
    ensureAccount,

    /** The result of a request; `newId` is the id of a new job. */
    request(request: VideoRequest, newId: string, now: number): string {
      const earlier = earlierOf(request);
      if (earlier !== undefined) {
        if (request.key !== null && earlier.prompt !== request.prompt) return `conflict ${earlier.id}`;
        return earlier.failure !== null && !earlier.isAccepted
          ? `${earlier.failure} ${earlier.id}`
          : `replayed ${earlier.id}`;
      }
      const refusal = refusalOf(request, now);
      if (refusal !== null) return refusal;
      const { owner, key, prompt, retryOf } = request;
      const deadlineAt = now + settings.deadlineMs;
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

    /** All that is due is claimed, but for looks: deadlines of unsent jobs, leases that ran out, and jobs to be sent. */
    claim(now: number): void {
      for (const job of jobs.filter(({ state, pollAt }) => running.includes(state) && pollAt <= now)) {
        if (job.state === 'SUBMITTING') end(job, 'FAILED', 'SUBMISSION_UNCONFIRMED');
        else if (job.state === 'PENDING' && now >= job.deadlineAt) end(job, 'FAILED', 'DEADLINE_EXCEEDED');
        else if (job.state === 'PENDING') Object.assign(job, { state: 'SUBMITTING', pollAt: now + leaseMs });
      }
    },

    /** Applies the outcome of a provider request; it has no effect on a job that does not wait for it. */
    conclude(job: ModelJob, outcome: Outcome, now: number): void {
      if (job.state === 'QUEUED' && outcome === 'completed') end(job, 'COMPLETED');
      if (job.state === 'QUEUED' && outcome === 'failed') end(job, 'FAILED', 'GENERATION_FAILED');
      if (job.state !== 'SUBMITTING') return;
      if (outcome === 'accepted')
        Object.assign(job, { state: 'QUEUED', isAccepted: true, deadlineAt: now + settings.deadlineMs, pollAt: now });
      if (outcome === 'acceptedDone') end(job, 'COMPLETED');
      if (outcome === 'refused') end(job, 'FAILED', 'PROVIDER_BAD_REQUEST');
      if (outcome === 'unconfirmed') end(job, 'FAILED', 'SUBMISSION_UNCONFIRMED');
      if (outcome === 'notSent')
        Object.assign(job, { state: 'PENDING', pollAt: Math.min(now + settings.intervalMs, job.deadlineAt) });
    },
  };
}

/** The model that is compared with the real gateway. */
export type Model = ReturnType<typeof createModel>;
