import { type FailureOf, idempotencyConflict, invalidInput, jobStateFailure, notFound } from '../domain/failure.ts';
import type { Job, JobEvent } from '../domain/job.ts';
import { endFactsOf, jobFactsOf } from '../domain/job-facts.ts';
import type { Account, LedgerEntry } from '../domain/ledger.ts';
import { cancel } from '../domain/life.ts';
import { type Progress, progressOf } from '../domain/progress.ts';
import { webhookTopic } from '../ports/webhook.ts';
import {
  accountTopic,
  type JobFilter,
  jobTopic,
  type Losses,
  type Page,
  type ProviderHealth,
  type Slice,
} from '../ports.ts';
import type { FeedItem, FeedStart } from '../read/watch.ts';
import { createAdmission, type GatewayDeps, type GenerateResult } from './admission.ts';
import { type AuditReads, createAuditReads } from './audit.ts';
import { type AuthorizedReads, createAuthorizedReads } from './authorized-reads.ts';
import { type Bookings, createBookings } from './bookings.ts';
import { type BudgetVerbs, createBudgetVerbs } from './budgets.ts';
import { createKeyring, type Keyring } from './credentials.ts';
import { createDeletion, type DeleteJob } from './deletion.ts';
import { createEraseUser, type EraseUser } from './erasure.ts';
import { createExporter, type Exporter } from './export.ts';
import { inputOf, type RetryRequest, retryIssuesOf, type VideoRequest, videoIssuesOf } from './input.ts';
import { createMoneyReads, type MoneyReads } from './money.ts';
import { createOperatorReads, type OperatorReads } from './operator-reads.ts';
import { type Quote, quoteOf } from './quote.ts';
import { createVideoReads, type VideoReads } from './video.ts';
import type { Subject, Viewer } from './viewer.ts';
import type { WebhookVerbs } from './webhook-verbs.ts';
import { createWebhookVerbs } from './webhooks.ts';

/** Types of admission that the schema needs, too. */
export type { Generated, GenerateResult } from './admission.ts';
/** Types of callers that the schema needs, too. */
export type { Subject, Viewer } from './viewer.ts';

/** What other files of this room add. */
type Parts = Keyring &
  Bookings &
  MoneyReads &
  OperatorReads &
  Exporter &
  VideoReads &
  WebhookVerbs &
  AuditReads &
  BudgetVerbs;

/** What a user can do and see. Every method covers only what the viewer owns; anything else is null or NOT_FOUND, as if it were missing. */
export interface Gateway extends Parts {
  /** The incarnation of the database; absent until it was restored for the first time. Numbers of another one mean nothing here. */
  readonly incarnation?: string;
  /** Makes a subject a viewer: their first operation creates their account, with its sign-up credits. */
  ensureAccount(subject: Subject): Promise<Viewer>;
  generateVideo(viewer: Viewer, request: VideoRequest): Promise<GenerateResult>;
  cancelJob(viewer: Viewer, id: string): Promise<Job | FailureOf<'notFound' | 'jobState'>>;
  deleteJob: DeleteJob;
  eraseUser(...order: Parameters<EraseUser>): ReturnType<EraseUser>;
  retryJob(
    viewer: Viewer,
    id: string,
    request: RetryRequest,
  ): Promise<GenerateResult | FailureOf<'notFound' | 'jobState'>>;
  quote(viewer: Viewer): Promise<Quote>;
  /** Counts jobs of all users in the viewer's environment. For the admin role only: the caller must have checked that. */
  losses(viewer: Viewer): Promise<Losses>;
  /** As `losses`: the jobs behind the counts, newest first. */
  lossJobs(viewer: Viewer, limit: number): Promise<readonly Job[]>;
  /** As `losses`: running jobs whose last provider request failed, ordered by when they are tried again. */
  troubledJobs(viewer: Viewer, limit: number): Promise<readonly Job[]>;
  /** As `losses`: the accounts of users whose ids begin with a text ('': all), by user. */
  accounts(viewer: Viewer, userPrefix: string, page: Page<string>): Promise<Slice<Account>>;
  /** As `losses`: the health of the environment's provider as this node sees it; null before its poller has started. */
  providerHealth(viewer: Viewer): Promise<ProviderHealth | null>;

  job(viewer: Viewer, id: string): Promise<Job | null>;
  jobs(viewer: Viewer, filter: JobFilter, page: Page<string>): Promise<Slice<Job>>;
  jobCount(viewer: Viewer, filter: JobFilter): Promise<number>;
  /** The history of a job that the viewer may read. */
  events(job: Job, page: Page<number>): Promise<Slice<JobEvent>>;
  progress(job: Job): Progress;
  account(viewer: Viewer, id: string): Promise<Account | null>;
  /** The viewer's account. */
  ownAccount(viewer: Viewer): Promise<Account>;
  /** The ledger of an account that the viewer may read. */
  ledger(account: Account, page: Page<number>): Promise<Slice<LedgerEntry>>;
  ledgerEntry(viewer: Viewer, id: string): Promise<LedgerEntry | null>;

  watchJob(viewer: Viewer, id: string): Promise<AsyncIterableIterator<Job> | FailureOf<'notFound'>>;
  watchAccount(viewer: Viewer): Promise<AsyncIterableIterator<Account>>;
  watchFeed(viewer: Viewer, start: FeedStart): Promise<AsyncIterableIterator<FeedItem>>;
}

/** The methods behind the resolvers. They store and ring, and never call the provider. */
export function createGateway(deps: GatewayDeps): Gateway {
  const authorized = createAuthorizedReads(deps);
  return {
    ...(deps.incarnation === undefined ? {} : { incarnation: deps.incarnation }),
    ...createCommands(deps, authorized),
    ...createQueries(deps, authorized),
    ...createKeyring(deps),
    ...createBookings({ ...deps, signupCredits: deps.settings.signupCredits }),
    ...createMoneyReads(deps),
    ...createOperatorReads(deps.store),
    ...createExporter(deps),
    ...createVideoReads(deps.store, deps.videos),
    ...createWebhookVerbs(deps),
    ...createAuditReads(deps.store),
    ...createBudgetVerbs({ ...deps, defaults: deps.settings.budgets }),
  };
}

type Commands = Pick<Gateway, 'generateVideo' | 'cancelJob' | 'deleteJob' | 'eraseUser' | 'retryJob'>;

/** The methods that change something. */
function createCommands(deps: GatewayDeps, authorized: AuthorizedReads): Commands {
  const { store, bell, clock } = deps;
  const admit = createAdmission(deps);

  return {
    deleteJob: createDeletion({ store, bell, clock, findOwn: authorized.job }),

    async generateVideo(viewer, request) {
      const issues = videoIssuesOf(request, viewer.environment);
      if (issues.length > 0) return invalidInput(issues);
      const { idempotencyKey = null, maxCredits = null } = request;
      return admit(viewer, { input: inputOf(request), idempotencyKey, retryOf: null, maxCredits });
    },

    async cancelJob(viewer, id) {
      for (;;) {
        const job = await authorized.job(viewer, id);
        if (job === null) return notFound();
        if (job.state === 'CANCELED') return job;
        const now = clock.now();
        const change = cancel(job, now);
        if (change === null) return jobStateFailure('NOT_CANCELABLE', job);
        if (await store.commit(change, now)) {
          bell.ring([jobTopic(job.id), accountTopic(job.accountId), webhookTopic]);
          deps.log?.info({ ...jobFactsOf(change.to), ...endFactsOf(change.to) }, 'A job ended.');
          return change.to;
        }
      }
    },

    async retryJob(viewer, id, request) {
      const idempotencyKey = request.idempotencyKey ?? null;
      const issues = retryIssuesOf(request);
      if (issues.length > 0) return invalidInput(issues);
      const job = await authorized.job(viewer, id);
      if (job === null) return notFound();
      const isToRetry = job.state === 'FAILED' || job.state === 'CANCELED';
      if (!isToRetry || job.deletedAt !== null) return jobStateFailure('NOT_RETRYABLE', job);
      // The same key and input would replay the job itself instead of trying it again.
      if (idempotencyKey !== null && idempotencyKey === job.idempotencyKey) return idempotencyConflict(job);
      const { prompt, aspectRatio, seed, externalId } = job;
      const input = { prompt, aspectRatio, seed, externalId };
      return admit(viewer, {
        input,
        idempotencyKey,
        retryOf: job.id,
        maxCredits: request.maxCredits ?? job.maxCredits,
      });
    },

    eraseUser: createEraseUser(deps),
  };
}

/** The methods that read something, once or live. */
function createQueries(deps: GatewayDeps, authorized: AuthorizedReads): Omit<Gateway, keyof Commands | keyof Parts> {
  const { store, clock, watch, estimates, settings } = deps;

  return {
    ensureAccount: authorized.ensureAccount,
    job: authorized.job,
    jobs: ({ accountId }, filter, page) => store.listJobs(accountId, filter, page),
    jobCount: ({ accountId }, filter) => store.countJobs(accountId, filter),
    events: (job, page) => store.listEvents(job.id, page),
    progress({ estimate, submittedAt, finishedAt, state }) {
      return progressOf({ estimate, submittedAt, finishedAt, completed: state === 'COMPLETED' }, clock.now());
    },

    async quote(viewer) {
      const account = await authorized.account(viewer);
      return quoteOf(account, settings.priceCredits, await estimates(viewer.environment));
    },
    losses: ({ environment }) => store.losses(environment),
    lossJobs: ({ environment }, limit) => store.listLosses(environment, limit),
    troubledJobs: ({ environment }, limit) => store.listTroubled(environment, limit),
    accounts: ({ environment }, userPrefix, page) => store.listAccounts(environment, userPrefix, page),
    providerHealth: async ({ environment }) => (await deps.health?.(environment)) ?? null,
    account: async (viewer, id) => (viewer.accountId === id ? authorized.account(viewer) : null),
    ownAccount: authorized.account,
    ledger: (account, page) => store.listLedger(account.id, page),
    async ledgerEntry(viewer, id) {
      const entry = await store.findLedgerEntry(id);
      return entry?.accountId === viewer.accountId ? entry : null;
    },

    async watchJob(viewer, id) {
      const job = await authorized.job(viewer, id);
      return job === null ? notFound() : watch.job(job.id);
    },
    watchAccount: async ({ accountId }) => watch.account(accountId),
    watchFeed: async ({ accountId }, start) => watch.feed(accountId, start),
  };
}
