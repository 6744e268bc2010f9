import type { Scope } from '../src/domain/access.ts';

/**
 * What a viewer needs to select a field. `open`: nothing, because the field shows nobody's data. `signedIn`: any valid credential.
 * Otherwise: a scope. `allJobs` also refuses tokens limited to certain jobs, because the field shows other jobs or creates one.
 */
export type Decision = { readonly needs: Scope | 'signedIn' | 'open'; readonly allJobs?: boolean };

const open: Decision = { needs: 'open' };

const signedIn: Decision = { needs: 'signedIn' };

const seeJobs: Decision = { needs: 'jobs:read' };

const actOnJobs: Decision = { needs: 'jobs:write' };

const seeCredits: Decision = { needs: 'credits:read' };

/** Endpoints are notified of all jobs of their user. */
const useWebhooks: Decision = { needs: 'webhooks:write', allJobs: true };

const admin: Decision = { needs: 'admin' };

/** Decisions that hold for every field of a type. */
const types: Readonly<Record<string, Decision>> = {
  Job: seeJobs,
  JobConnection: seeJobs,
  JobEdge: seeJobs,
  JobEvent: seeJobs,
  JobEventConnection: seeJobs,
  JobEventEdge: seeJobs,
  JobProgress: seeJobs,
  Charge: seeJobs,
  Video: seeJobs,
  FeedItem: seeJobs,
  FeedLive: seeJobs,
  FeedReset: seeJobs,
  Quote: seeJobs,

  Budget: seeCredits,
  CreditAccount: seeCredits,
  LedgerConnection: seeCredits,
  LedgerEdge: seeCredits,
  LedgerEntry: seeCredits,

  CreateWebhookEndpointSuccess: useWebhooks,
  DeleteWebhookEndpointSuccess: useWebhooks,
  RedeliverWebhookSuccess: useWebhooks,
  RedeliverWebhooksSuccess: useWebhooks,
  RotateWebhookSecretSuccess: useWebhooks,
  TestWebhookEndpointSuccess: useWebhooks,
  UpdateWebhookEndpointSuccess: useWebhooks,
  WebhookAttempt: useWebhooks,
  WebhookDelivery: useWebhooks,
  WebhookDeliveryConnection: useWebhooks,
  WebhookDeliveryEdge: useWebhooks,
  WebhookEndpoint: useWebhooks,

  AccountConnection: admin,
  AccountEdge: admin,
  ApiKey: admin,
  ApiKeyConnection: admin,
  ApiKeyEdge: admin,
  AuditConnection: admin,
  AuditEdge: admin,
  AuditEntry: admin,
  BudgetConnection: admin,
  BudgetEdge: admin,
  CreateApiKeySuccess: admin,
  CreateClientTokenSuccess: admin,
  EraseUserSuccess: admin,
  GrantCreditsSuccess: admin,
  Losses: admin,
  Operations: admin,
  OperatorJob: admin,
  OperatorJobConnection: admin,
  OperatorJobEdge: admin,
  OperatorWebhook: admin,
  ProviderHealth: admin,
  RefundJobSuccess: admin,
  RevokeApiKeySuccess: admin,
  SpendDay: admin,
  UsageRow: admin,
  SetBudgetSuccess: admin,

  // The fields below these check for themselves.
  CancelJobSuccess: signedIn,
  DeleteJobSuccess: signedIn,
  GenerateVideoSuccess: signedIn,
  Viewer: signedIn,

  BudgetExceededError: open,
  ContentRejectedError: open,
  DeadlineExceededError: open,
  Failure: open,
  GenerationFailedError: open,
  GrantConflictError: open,
  IdempotencyConflictError: open,
  InputIssue: open,
  InsufficientCreditsError: open,
  InvalidInputError: open,
  JobStateError: open,
  Node: open,
  NotFoundError: open,
  PageInfo: open,
  ProviderError: open,
  RateLimitedError: open,
  SubmissionUnconfirmedError: open,
};

/** Decisions for single fields: every operation, and fields that show more than the rest of their type. */
const fields: Readonly<Record<string, Decision>> = {
  'Query.node': signedIn,
  'Query.nodes': signedIn,
  'Query.viewer': signedIn,
  'Query.job': seeJobs,
  'Query.jobs': { ...seeJobs, allJobs: true },
  'Query.quote': seeJobs,
  'Query.operations': admin,
  'Query.apiKeys': admin,
  'Query.webhookEndpoints': useWebhooks,

  'Mutation.generateVideo': { ...actOnJobs, allJobs: true },
  'Mutation.cancelJob': actOnJobs,
  'Mutation.deleteJob': actOnJobs,
  'Mutation.retryJob': { ...actOnJobs, allJobs: true },
  'Mutation.eraseUser': admin,
  'Mutation.grantCredits': admin,
  'Mutation.refundJob': admin,
  'Mutation.setBudget': admin,
  'Mutation.createApiKey': admin,
  'Mutation.revokeApiKey': admin,
  'Mutation.createClientToken': admin,
  'Mutation.createWebhookEndpoint': useWebhooks,
  'Mutation.updateWebhookEndpoint': useWebhooks,
  'Mutation.deleteWebhookEndpoint': useWebhooks,
  'Mutation.rotateWebhookSecret': useWebhooks,
  'Mutation.testWebhookEndpoint': useWebhooks,
  'Mutation.redeliverWebhook': useWebhooks,
  'Mutation.redeliverWebhooks': useWebhooks,

  'Subscription.jobUpdated': seeJobs,
  'Subscription.jobEvents': { ...seeJobs, allJobs: true },
  'Subscription.accountUpdated': seeCredits,

  'Viewer.account': seeCredits,
  'Viewer.budgets': seeCredits,
  'GenerateVideoSuccess.account': seeCredits,
  'Quote.affordable': seeCredits,
};

/** What a viewer needs to select a field. Throws if this file does not list it, so no schema is built with an undecided field. */
export function decisionOf(type: string, field: string): Decision {
  const decision = fields[`${type}.${field}`] ?? types[type];
  if (decision === undefined) throw new Error(`schema/access.ts does not say who may see ${type}.${field}.`);
  return decision;
}
