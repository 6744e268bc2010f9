/** Something of another user that an argument can name. */
export type Kind =
  | 'node'
  | 'job'
  | 'key'
  | 'endpoint'
  | 'delivery'
  | `${'job' | 'event' | 'entry' | 'feed' | 'key' | 'delivery'}Cursor`;

/** Selects what each refusal has. */
export const failure = '__typename ... on Failure { code message }';

/** An operation for each argument that takes an id or a cursor; `$x` is the value under test. */
export const operations: Readonly<Record<string, readonly [kind: Kind, source: string]>> = {
  'Query.node(id)': ['node', 'query ($x: ID!) { node(id: $x) { __typename id } }'],
  'Query.nodes(ids)': ['node', 'query ($x: ID!) { nodes(ids: [$x, $x]) { __typename id } }'],
  'Query.job(id)': ['job', 'query ($x: ID!) { job(id: $x) { id status prompt } }'],
  'Query.jobs(after)': [
    'jobCursor',
    'query ($x: String) { jobs(first: 5, after: $x) { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } } }',
  ],
  'Query.jobs(before)': [
    'jobCursor',
    'query ($x: String) { jobs(last: 5, before: $x) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }',
  ],
  'Query.apiKeys(after)': [
    'keyCursor',
    'query ($x: String) { apiKeys(after: $x) { edges { cursor } pageInfo { hasPreviousPage } } }',
  ],
  'Query.apiKeys(before)': ['keyCursor', 'query ($x: String) { apiKeys(last: 5, before: $x) { edges { cursor } } }'],
  'Job.events(after)': [
    'eventCursor',
    'query ($x: String) { jobs { nodes { events(after: $x) { edges { cursor } } } } }',
  ],
  'CreditAccount.ledger(after)': [
    'entryCursor',
    'query ($x: String) { viewer { account { ledger(after: $x) { edges { cursor } } } } }',
  ],
  'Mutation.cancelJob(id)': ['job', `mutation ($x: ID!) { cancelJob(id: $x) { ${failure} } }`],
  'Mutation.deleteJob(id)': ['job', `mutation ($x: ID!) { deleteJob(id: $x) { ${failure} } }`],
  'Mutation.retryJob(id)': ['job', `mutation ($x: ID!) { retryJob(id: $x) { ${failure} } }`],
  'Mutation.revokeApiKey(id)': ['key', `mutation ($x: ID!) { revokeApiKey(id: $x) { ${failure} } }`],
  'Mutation.deleteWebhookEndpoint(id)': [
    'endpoint',
    `mutation ($x: ID!) { deleteWebhookEndpoint(id: $x) { ${failure} } }`,
  ],
  'Mutation.rotateWebhookSecret(id)': ['endpoint', `mutation ($x: ID!) { rotateWebhookSecret(id: $x) { ${failure} } }`],
  'Mutation.testWebhookEndpoint(id)': ['endpoint', `mutation ($x: ID!) { testWebhookEndpoint(id: $x) { ${failure} } }`],
  'UpdateWebhookEndpointInput.id': [
    'endpoint',
    `mutation ($x: ID!) { updateWebhookEndpoint(input: { id: $x, enabled: false }) { ${failure} } }`,
  ],
  'Mutation.redeliverWebhook(deliveryId)': [
    'delivery',
    `mutation ($x: ID!) { redeliverWebhook(deliveryId: $x) { ${failure} } }`,
  ],
  'Mutation.redeliverWebhooks(endpointId)': [
    'endpoint',
    `mutation ($x: ID!) { redeliverWebhooks(endpointId: $x, since: "2026-01-01T00:00:00Z") { ${failure} } }`,
  ],
  'WebhookEndpoint.deliveries(after)': [
    'deliveryCursor',
    'query ($x: String) { webhookEndpoints { deliveries(after: $x) { edges { cursor } } } }',
  ],
  'Subscription.jobUpdated(id)': ['job', 'subscription ($x: ID!) { jobUpdated(id: $x) { id } }'],
  'Subscription.jobEvents(after)': [
    'feedCursor',
    'subscription ($x: String) { jobEvents(after: $x) { __typename ... on FeedItem { cursor } } }',
  ],
};

/** Arguments with which an admin may name any user or job of their environment; all need the admin scope (test/schema/access.txt). */
export const named = [
  'Operations.accounts(after)',
  'Operations.audit(after)',
  'Operations.budgets(after)',
  'Operations.job(id)',
  'Operations.jobs(after)',
  'OperatorJobFilter.userId',
  'Query.apiKeys(userId)',
  'CreateApiKeyInput.userId',
  'CreateClientTokenInput.userId',
  // Jobs of another user open nothing: the token's jobs are checked when it is used.
  'CreateClientTokenInput.jobIds',
  'GrantCreditsInput.userId',
  'Mutation.refundJob(id)',
  'SetBudgetInput.userId',
  'Mutation.eraseUser(userId)',
];
