import { cacheExchange } from '@urql/exchange-graphcache';

const embedded = () => null;

/** What has no id of its own, and so lives and dies with what it belongs to. */
const partTypes = [
  ...['JobProgress', 'Video', 'Charge', 'JobConnection', 'JobEdge', 'PageInfo', 'JobEvent', 'JobEventConnection'],
  ...['JobEventEdge', 'LedgerConnection', 'LedgerEdge', 'Viewer', 'Quote', 'InputIssue', 'FeedLive', 'FeedReset'],
  ...['Operations', 'OperatorJob', 'Losses', 'ProviderHealth', 'AccountConnection', 'AccountEdge'],
  ...['GenerateVideoSuccess', 'CancelJobSuccess', 'GrantCreditsSuccess'],
] as const;

const failureTypes = [
  ...['InvalidInputError', 'InsufficientCreditsError', 'IdempotencyConflictError', 'RateLimitedError'],
  ...['GrantConflictError', 'NotFoundError', 'JobStateError', 'ProviderError', 'GenerationFailedError'],
  ...['SubmissionUnconfirmedError', 'DeadlineExceededError', 'ContentRejectedError'],
] as const;

/** A normalised cache: a job or an account is one thing, wherever it is shown and however it came. */
export function createCache() {
  return cacheExchange({
    keys: Object.fromEntries([...partTypes, ...failureTypes].map((type) => [type, embedded])),
    possibleTypes: {
      Failure: [...failureTypes],
      FeedItem: ['JobEvent', 'FeedReset', 'FeedLive'],
      Node: ['Job', 'CreditAccount', 'LedgerEntry'],
    },
  });
}
