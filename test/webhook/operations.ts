const endpoint = 'id url description userId environment eventTypes enabled disabledReason lastSuccessAt';

const delivery =
  'id messageId type state payload nextAttemptAt job { id } attempts { at durationMs httpStatus error response }';

const failure = '... on Failure { code message } ... on InvalidInputError { issues { path message } }';

export const createEndpoint = `mutation ($input: CreateWebhookEndpointInput!) {
  createWebhookEndpoint(input: $input) { __typename ... on CreateWebhookEndpointSuccess { secret endpoint { ${endpoint} } } ${failure} }
}`;

export const updateEndpoint = `mutation ($input: UpdateWebhookEndpointInput!) {
  updateWebhookEndpoint(input: $input) { __typename ... on UpdateWebhookEndpointSuccess { endpoint { ${endpoint} } } ${failure} }
}`;

export const deleteEndpoint = `mutation ($id: ID!) {
  deleteWebhookEndpoint(id: $id) { __typename ... on DeleteWebhookEndpointSuccess { id } ... on Failure { code message } }
}`;

export const rotateSecret = `mutation ($id: ID!) {
  rotateWebhookSecret(id: $id) { __typename ... on RotateWebhookSecretSuccess { secret } ... on Failure { code message } }
}`;

export const testEndpoint = `mutation ($id: ID!) {
  testWebhookEndpoint(id: $id) {
    __typename ... on TestWebhookEndpointSuccess { delivery { ${delivery} } } ... on Failure { code message }
  }
}`;

export const redeliver = `mutation ($id: ID!) {
  redeliverWebhook(deliveryId: $id) {
    __typename ... on RedeliverWebhookSuccess { delivery { ${delivery} } } ... on Failure { code message }
  }
}`;

export const redeliverSince = `mutation ($id: ID!, $since: DateTime!) {
  redeliverWebhooks(endpointId: $id, since: $since) {
    __typename ... on RedeliverWebhooksSuccess { count } ... on Failure { code message }
  }
}`;

export const listEndpoints = `{ webhookEndpoints { ${endpoint} deliveries { nodes { ${delivery} } pageInfo { hasNextPage } } } }`;

const video =
  'url contentType posterUrl storage expiresAt sourceUrl sourceExpiresAt byteSize durationSeconds width height sha256';

/** Everything of a job that a webhook has of it. */
export const readJob = `query ($id: ID!) { job(id: $id) {
  id environment status version prompt aspectRatio seed seedUsed externalId retryOf { id } videoUrl
  video { ${video} } lateVideo { ${video} } charge { state credits }
  failure { code message retryable ... on ProviderError { httpStatus } ... on ContentRejectedError { httpStatus } }
  createdAt submittedAt startedAt finishedAt deletedAt deadlineAt
} }`;

export const pageOfDeliveries = `query ($id: ID!, $first: Int, $after: String, $state: WebhookDeliveryState) {
  node(id: $id) { ... on WebhookEndpoint {
    deliveries(first: $first, after: $after, state: $state) { edges { cursor node { id state } } pageInfo { hasNextPage endCursor } }
  } }
}`;
