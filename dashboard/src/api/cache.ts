import { cacheExchange } from '@urql/exchange-graphcache';

const embedded = () => null;

/** Types without an id: the cache stores them inside their parent. */
const partTypes = [
  ...['JobProgress', 'Video', 'Charge', 'JobConnection', 'JobEdge', 'PageInfo', 'JobEvent', 'JobEventConnection'],
  ...['JobEventEdge', 'LedgerConnection', 'LedgerEdge', 'Viewer', 'Quote', 'InputIssue', 'FeedLive', 'FeedReset'],
  ...['Operations', 'OperatorJob', 'Losses', 'ProviderHealth', 'AccountConnection', 'AccountEdge'],
  ...['ApiKeyConnection', 'ApiKeyEdge', 'CreateApiKeySuccess', 'RevokeApiKeySuccess'],
  ...['WebhookDeliveryConnection', 'WebhookDeliveryEdge', 'WebhookAttempt'],
  ...['CreateWebhookEndpointSuccess', 'UpdateWebhookEndpointSuccess', 'DeleteWebhookEndpointSuccess'],
  ...[
    'RotateWebhookSecretSuccess',
    'TestWebhookEndpointSuccess',
    'RedeliverWebhookSuccess',
    'RedeliverWebhooksSuccess',
  ],
  ...['Budget', 'BudgetConnection', 'BudgetEdge', 'SetBudgetSuccess', 'AuditConnection', 'AuditEdge', 'AuditEntry'],
  ...['EraseUserSuccess'],
  ...['GenerateVideoSuccess', 'CancelJobSuccess', 'DeleteJobSuccess', 'GrantCreditsSuccess'],
] as const;

const failureTypes = [
  ...['InvalidInputError', 'InsufficientCreditsError', 'IdempotencyConflictError', 'RateLimitedError'],
  ...['GrantConflictError', 'NotFoundError', 'JobStateError', 'ProviderError', 'GenerationFailedError'],
  ...['SubmissionUnconfirmedError', 'DeadlineExceededError', 'ContentRejectedError', 'BudgetExceededError'],
] as const;

/** A normalised cache: it holds each job and each account once, whichever operation delivered it. */
export function createCache() {
  return cacheExchange({
    keys: Object.fromEntries([...partTypes, ...failureTypes].map((type) => [type, embedded])),
    possibleTypes: {
      Failure: [...failureTypes],
      FeedItem: ['JobEvent', 'FeedReset', 'FeedLive'],
      Node: ['Job', 'CreditAccount', 'LedgerEntry', 'ApiKey', 'WebhookEndpoint', 'WebhookDelivery'],
    },
  });
}
