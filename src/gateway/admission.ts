import { type FailureOf, failureOf } from '../domain/failure.ts';
import { type Environment, isEnded, type Job, type JobInput } from '../domain/job.ts';
import type { Account } from '../domain/ledger.ts';
import {
  type AdmitFailure,
  type Admitted,
  accountTopic,
  type Bell,
  type Clock,
  type ProviderHealth,
  type Store,
  workTopic,
} from '../ports.ts';
import type { Estimates } from '../read/estimates.ts';
import type { Watch } from '../read/watch.ts';
import type { Viewer } from './viewer.ts';

/** A stored job as it stands when the mutation answers, and the account after it. */
export type Generated = {
  readonly kind: 'generated';
  readonly job: Job;
  readonly replayed: boolean;
  /** Read where it is asked for; as it was when the job was stored, where it cannot be read. */
  readonly account: () => Promise<Account>;
};

/** What comes of asking for a video. Only a job that the provider has not accepted for certain is a failure here. */
export type GenerateResult = Generated | AdmitFailure | FailureOf<'job'>;

/** What a wish for a video carries beside its input. */
type VideoWanted = {
  readonly input: JobInput;
  readonly idempotencyKey: string | null;
  readonly retryOf: string | null;
  readonly maxCredits: number | null;
};

/** What the operator decides about jobs and credits. */
type GatewaySettings = {
  readonly priceCredits: number;
  readonly signupCredits: Readonly<Record<Environment, number>>;
  readonly deadlineMs: number;
  readonly jobsPerMinute: number;
  readonly jobsInFlight: number;
};

/** What an admission is made of. */
export type AdmissionDeps = {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly watch: Watch;
  readonly estimates: Estimates;
  readonly settings: GatewaySettings;
  /** How an environment's provider is; null, and left out, where nobody asks one. */
  readonly health?: (environment: Environment) => Promise<ProviderHealth | null>;
};

/** Stores a checked wish of a viewer and waits a little for what the provider says to it. */
export type Admit = (viewer: Viewer, wish: VideoWanted) => Promise<GenerateResult>;

/** How long a mutation waits for the provider's yes or no before it answers with the job as it stands. */
const answerWithinMs = 4000;

/** The way from a wish to a stored job and its first answer. */
export function createAdmission({ store, bell, clock, watch, estimates, settings }: AdmissionDeps): Admit {
  /** Waits for the provider's yes or no, so that a refusal comes back as the result of the mutation that caused it. */
  async function answerOf({ job: stored, account: charged, replayed }: Admitted): Promise<GenerateResult> {
    const account = async () => (await store.findAccount(charged.id).catch(() => null)) ?? charged;
    // A client that gets an error asks again, and without a key for another job: so it gets the stored job, though it cannot be read now.
    const job = isUnsent(stored) ? await sentOrLate(stored).catch(() => stored) : stored;
    return resultOf(job, account, replayed);
  }

  /** The job once it was sent; after four seconds, as it then stands. */
  async function sentOrLate(stored: Job): Promise<Job> {
    const states = watch.job(stored.id);
    const stopWaiting = clock.after(answerWithinMs, states.close);
    let newest = stored;
    for await (const job of states) {
      newest = job;
      if (!isUnsent(job)) break;
    }
    stopWaiting();
    return newest;
  }

  return async (viewer, wish) => {
    const estimate = await estimates(viewer.environment);
    const now = clock.now();
    const admitted = await store.admit({
      ...wish,
      id: clock.newId(),
      account: { owner: viewer.userId, environment: viewer.environment },
      priceCredits: settings.priceCredits,
      spending: viewer.access?.spending ?? null,
      limits: { perMinute: settings.jobsPerMinute, inFlight: settings.jobsInFlight },
      estimate,
      createdAt: now,
      deadlineAt: now + settings.deadlineMs,
    });
    if (admitted.kind !== 'admitted') return admitted;
    if (!admitted.replayed) bell.ring([accountTopic(admitted.account.id), workTopic(viewer.environment)]);
    return answerOf(admitted);
  };
}

/** Whether the provider has not yet said yes or no. */
function isUnsent(job: Job): boolean {
  return job.state === 'PENDING' || job.state === 'SUBMITTING';
}

/**
 * A job that ended before the provider had accepted it for certain is returned as a failure, at first and whenever it is asked for again;
 * every other job, however it ended, is a success of the mutation.
 */
function resultOf(job: Job, account: Generated['account'], replayed: boolean): GenerateResult {
  const failure = failureOf(job, true);
  const isAccepted = job.submittedAt !== null && failure?.code !== 'SUBMISSION_UNCONFIRMED';
  if (failure !== null && isEnded(job) && !isAccepted) return failure;
  return { kind: 'generated', job, replayed, account };
}
