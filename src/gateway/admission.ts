import { reachedOf } from '../domain/admission.ts';
import { type FailureOf, failureOf, type JobLimit } from '../domain/failure.ts';
import { type Environment, isEnded, type Job, type JobInput } from '../domain/job.ts';
import type { Account } from '../domain/ledger.ts';
import { webhookTopic } from '../ports/webhook.ts';
import {
  type AdmitFailure,
  type Admitted,
  accountTopic,
  type Bell,
  type Clock,
  type Log,
  type ProviderHealth,
  type Store,
  workTopic,
} from '../ports.ts';
import type { Estimates } from '../read/estimates.ts';
import type { Watch } from '../read/watch.ts';
import { type BudgetDefaults, reportReached } from './budgets.ts';
import type { VideoSettings } from './video.ts';
import type { Viewer } from './viewer.ts';
import type { WebhookVerbDeps } from './webhook-verbs.ts';

/** A stored job as it is when the mutation returns, and the account afterwards. */
export type Generated = {
  readonly kind: 'generated';
  readonly job: Job;
  readonly replayed: boolean;
  /** Read on demand; if that fails, the account as it was when the job was stored. */
  readonly account: () => Promise<Account>;
};

/** The result of a request for a video. A job is a failure here only if it ended before the provider certainly accepted it. */
export type GenerateResult = Generated | AdmitFailure | FailureOf<'job'>;

/** A valid request for a video, with its options. */
type ValidRequest = {
  readonly input: JobInput;
  readonly idempotencyKey: string | null;
  readonly retryOf: string | null;
  readonly maxCredits: number | null;
};

/** The operator's settings for jobs and credits. */
export type GatewaySettings = {
  readonly priceCredits: number;
  readonly signupCredits: Readonly<Record<Environment, number>>;
  readonly deadlineMs: number;
  readonly jobsPerMinute: number;
  readonly jobsInFlight: number;
  /** Monthly budgets where no admin has set one; absent: none. */
  readonly budgets?: BudgetDefaults;
};

/** What the gateway is created from. */
export type GatewayDeps = Pick<WebhookVerbDeps, 'webhooks'> & {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly watch: Watch;
  readonly estimates: Estimates;
  readonly settings: GatewaySettings;
  /** Receives each refusal of a job because its user has reached a limit. */
  readonly limitHit?: (kind: JobLimit, userId: string, allowed: number) => void;
  readonly videos: VideoSettings;
  /** Receives the marks that budgets reach, and the ends of canceled jobs. */
  readonly log?: Log;
  /** The incarnation of the store; see `Gateway`. */
  readonly incarnation?: string;
  /** The health of an environment's provider; null if the environment has no poller, absent in a gateway without pollers. */
  readonly health?: (environment: Environment) => Promise<ProviderHealth | null>;
};

/** Stores a viewer's valid request as a job and waits up to 4 s for the provider's response to it. */
export type Admit = (viewer: Viewer, request: ValidRequest) => Promise<GenerateResult>;

/** How long a mutation waits for the provider's acceptance or refusal before it returns the job as it is. */
const waitMs = 4000;

/** Turns requests into stored jobs. */
export function createAdmission({ store, bell, clock, watch, estimates, settings, log, limitHit }: GatewayDeps): Admit {
  const limits = { perMinute: settings.jobsPerMinute, inFlight: settings.jobsInFlight };
  const allowed: Readonly<Record<JobLimit, number>> = {
    jobs_per_minute: limits.perMinute,
    jobs_in_flight: limits.inFlight,
  };

  /** Waits for the provider's acceptance or refusal, so that the mutation returns a refusal that it caused. */
  async function firstResultOf({ job: stored, account: charged, replayed }: Admitted): Promise<GenerateResult> {
    const account = async () => (await store.findAccount(charged.id).catch(() => null)) ?? charged;
    // After an error a client retries, and without an idempotency key that makes a second job: so a failed read returns the stored job.
    const job = isUndecided(stored) ? await decidedOrLate(stored).catch(() => stored) : stored;
    return resultOf(job, account, replayed);
  }

  /** The job once the provider has accepted or refused it, or as it is after `waitMs`. */
  async function decidedOrLate(stored: Job): Promise<Job> {
    const states = watch.job(stored.id);
    const stopWaiting = clock.after(waitMs, states.close);
    let newest = stored;
    for await (const job of states) {
      newest = job;
      if (!isUndecided(job)) break;
    }
    stopWaiting();
    return newest;
  }

  return async (viewer, request) => {
    const estimate = await estimates(viewer.environment);
    const now = clock.now();
    const admitted = await store.admit({
      id: clock.newId(),
      videoId: clock.newSecretId(),
      account: { owner: viewer.userId, environment: viewer.environment },
      priceCredits: settings.priceCredits,
      userBudgetCredits: settings.budgets?.user ?? null,
      spending: viewer.access?.spending ?? null,
      apiKeyId: viewer.apiKeyId ?? null,
      limits,
      estimate,
      createdAt: now,
      deadlineAt: now + settings.deadlineMs,
      // Last, because V8 is slow to add new members to an object after a spread.
      ...request,
    });
    if (admitted.kind === 'rateLimited') limitHit?.(admitted.limit, viewer.userId, allowed[admitted.limit]);
    reportReached(log, admitted);
    if (reachedOf(admitted).length > 0) bell.ring([webhookTopic]);
    if (admitted.kind !== 'admitted') return admitted;
    if (!admitted.replayed) bell.ring([accountTopic(admitted.account.id), workTopic(viewer.environment)]);
    return firstResultOf(admitted);
  };
}

/** Whether the provider has neither accepted nor refused the job yet. */
function isUndecided(job: Job): boolean {
  return job.state === 'PENDING' || job.state === 'SUBMITTING';
}

/**
 * A job that ended before the provider certainly accepted it is a failure of the mutation, at first and at every replay. Any other job,
 * however it ended, is a success.
 */
function resultOf(job: Job, account: Generated['account'], replayed: boolean): GenerateResult {
  const failure = failureOf(job, true);
  const isAccepted = job.submittedAt !== null && failure?.code !== 'SUBMISSION_UNCONFIRMED';
  if (failure !== null && isEnded(job) && !isAccepted) return failure;
  return { kind: 'generated', job, replayed, account };
}
