import SchemaBuilder from '@pothos/core';
import type { ApiKey, Scope } from '../src/domain/access.ts';
import type { AuditEntry } from '../src/domain/audit.ts';
import type { BudgetPeriod, CreditBudget } from '../src/domain/budget.ts';
import type { ErasureCounts } from '../src/domain/erasure-order.ts';
import type { Failure, FailureOf, InputIssue } from '../src/domain/failure.ts';
import type { FailureCode } from '../src/domain/failure-code.ts';
import type { AspectRatio, Environment, Job, JobStatus } from '../src/domain/job.ts';
import type { Account, ChargeState, LedgerEntry, LedgerEntryKind } from '../src/domain/ledger.ts';
import type { Progress } from '../src/domain/progress.ts';
import type { UsageGroup, UsageRow } from '../src/domain/usage.ts';
import type { WebhookAttempt, WebhookDeliveryState, WebhookEndpoint, WebhookEventType } from '../src/domain/webhook.ts';
import type { BudgetSet } from '../src/gateway/budgets.ts';
import type { CreatedApiKey, CreatedClientToken } from '../src/gateway/credentials.ts';
import type { Generated, Viewer } from '../src/gateway/gateway.ts';
import type { SpendDay } from '../src/gateway/money.ts';
import type { OperatorFilter } from '../src/gateway/operator-reads.ts';
import type { Quote } from '../src/gateway/quote.ts';
import type { ShownVideo, VideoStorage } from '../src/gateway/video.ts';
import type { EndpointWithSecret } from '../src/gateway/webhook-verbs.ts';
import type { Refunded } from '../src/ports/money.ts';
import type { LoggedDelivery } from '../src/ports/webhook.ts';
import type { Granted, JobFilter, Losses, ProviderHealth } from '../src/ports.ts';
import type { FeedItem } from '../src/read/watch.ts';
import type { Context, ShownEvent } from './context.ts';
import type { Connection } from './page.ts';

/** The object types, by name, and the value that each resolves from. */
type Objects = {
  AccountConnection: Connection<Account>;
  AccountEdge: Connection<Account>['edges'][number];
  ApiKey: ApiKey;
  ApiKeyConnection: Connection<ApiKey>;
  ApiKeyEdge: Connection<ApiKey>['edges'][number];
  AuditConnection: Connection<AuditEntry>;
  AuditEdge: Connection<AuditEntry>['edges'][number];
  AuditEntry: AuditEntry;
  Budget: CreditBudget;
  BudgetConnection: Connection<CreditBudget>;
  BudgetEdge: Connection<CreditBudget>['edges'][number];
  BudgetExceededError: FailureOf<'budgetExceeded'>;
  CancelJobSuccess: Job;
  Charge: Job;
  ContentRejectedError: FailureOf<'job'>;
  CreateApiKeySuccess: CreatedApiKey;
  CreateClientTokenSuccess: CreatedClientToken;
  CreateWebhookEndpointSuccess: EndpointWithSecret;
  CreditAccount: Account;
  DeadlineExceededError: FailureOf<'job'>;
  DeleteJobSuccess: Job;
  DeleteWebhookEndpointSuccess: WebhookEndpoint;
  EraseUserSuccess: ErasureCounts;
  FeedLive: Exclude<FeedItem, { kind: 'event' }>;
  FeedReset: Exclude<FeedItem, { kind: 'event' }>;
  GenerateVideoSuccess: Generated;
  GenerationFailedError: FailureOf<'job'>;
  GrantConflictError: FailureOf<'grantConflict'>;
  GrantCreditsSuccess: Granted;
  IdempotencyConflictError: FailureOf<'idempotencyConflict'>;
  InputIssue: InputIssue;
  InsufficientCreditsError: FailureOf<'insufficientCredits' | 'job'>;
  InvalidInputError: FailureOf<'invalidInput'>;
  Job: Job;
  JobConnection: Connection<Job> & { readonly filter: JobFilter };
  JobEdge: Connection<Job>['edges'][number];
  JobEvent: ShownEvent;
  JobEventConnection: Connection<ShownEvent>;
  JobEventEdge: Connection<ShownEvent>['edges'][number];
  JobProgress: Progress;
  JobStateError: FailureOf<'jobState'>;
  LedgerConnection: Connection<LedgerEntry>;
  LedgerEdge: Connection<LedgerEntry>['edges'][number];
  LedgerEntry: LedgerEntry;
  Losses: Losses;
  NotFoundError: FailureOf<'notFound'>;
  Operations: Viewer;
  OperatorJob: Job;
  OperatorJobConnection: Connection<Job> & { readonly filter: OperatorFilter };
  OperatorJobEdge: Connection<Job>['edges'][number];
  OperatorWebhook: LoggedDelivery;
  PageInfo: Connection<unknown>;
  ProviderError: FailureOf<'job'>;
  ProviderHealth: ProviderHealth;
  Quote: Quote;
  RateLimitedError: FailureOf<'rateLimited'>;
  RedeliverWebhookSuccess: LoggedDelivery;
  RedeliverWebhooksSuccess: { readonly count: number };
  RefundJobSuccess: Refunded;
  RevokeApiKeySuccess: ApiKey;
  RotateWebhookSecretSuccess: EndpointWithSecret;
  SpendDay: SpendDay;
  SetBudgetSuccess: BudgetSet;
  SubmissionUnconfirmedError: FailureOf<'job'>;
  TestWebhookEndpointSuccess: LoggedDelivery;
  UpdateWebhookEndpointSuccess: WebhookEndpoint;
  UsageRow: UsageRow;
  Video: ShownVideo;
  Viewer: Viewer;
  WebhookAttempt: WebhookAttempt;
  WebhookDelivery: LoggedDelivery;
  WebhookDeliveryConnection: Connection<LoggedDelivery>;
  WebhookDeliveryEdge: Connection<LoggedDelivery>['edges'][number];
  WebhookEndpoint: WebhookEndpoint;
};

type Interfaces = {
  Failure: Failure;
  FeedItem: { readonly feed: number };
  Node: Job | Account | LedgerEntry | WebhookEndpoint | LoggedDelivery;
};

/** A leaf type whose value looks the same as input and as output. */
type Leaf<Value> = { Input: Value; Output: Value };

/** Scalars and enums; Pothos has no separate table for enum names. A DateTime is epoch milliseconds. */
type Leaves = {
  DateTime: Leaf<number>;
  SafeInt: Leaf<number>;
  URL: Leaf<string>;

  AspectRatio: Leaf<AspectRatio>;
  BudgetPeriod: Leaf<BudgetPeriod>;
  BudgetScope: Leaf<'USER' | 'INSTALLATION'>;
  ChargeState: Leaf<ChargeState>;
  CreditScope: Leaf<'ACCOUNT' | 'PROVIDER'>;
  Environment: Leaf<Environment>;
  FailureCode: Leaf<FailureCode>;
  JobStatus: Leaf<JobStatus>;
  LedgerEntryKind: Leaf<LedgerEntryKind>;
  Scope: Leaf<Scope>;
  UsageGroup: Leaf<UsageGroup>;
  VideoStorage: Leaf<VideoStorage>;
  WebhookDeliveryState: Leaf<WebhookDeliveryState>;
  WebhookEventType: Leaf<WebhookEventType>;
};

/** The schema's modules add their types to it. Fields and arguments name types by string, and the compiler checks every name. */
export type Builder = ReturnType<typeof createBuilder>;

/** Creates an empty builder. Fields are non-null unless they say otherwise. */
export function createBuilder() {
  return new SchemaBuilder<{
    Context: Context;
    DefaultFieldNullability: false;
    Interfaces: Interfaces;
    Objects: Objects;
    Scalars: Leaves;
  }>({ defaultFieldNullability: false });
}
