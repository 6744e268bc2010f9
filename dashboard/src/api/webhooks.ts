import type { FragmentOf, ResultOf } from 'gql.tada';
import { graphql } from './graphql.ts';
import { failureParts } from './mutations.ts';

const endpointParts = graphql(`
  fragment EndpointParts on WebhookEndpoint {
    id
    url
    description
    userId
    eventTypes
    enabled
    disabledReason
    createdAt
    lastSuccessAt
  }
`);

/** An address that is notified of events; its secret is never among this. */
export type Endpoint = FragmentOf<typeof endpointParts>;

/** What an endpoint can be notified of. */
export type EventType = Endpoint['eventTypes'][number];

const deliveryRow = graphql(`
  fragment DeliveryRow on WebhookDelivery {
    id
    messageId
    type
    state
    createdAt
    nextAttemptAt
    job @include(if: $withJobs) {
      id
      prompt
    }
    attempts {
      at
      durationMs
      httpStatus
      error
    }
  }
`);

/** A delivery for the log, without its bodies. */
export type DeliveryRow = FragmentOf<typeof deliveryRow>;

/** How far a delivery has come. */
export type DeliveryState = DeliveryRow['state'];

/** The viewer's endpoints; an admin's, all of the environment. */
export const endpointsQuery = graphql(
  `
    query WebhookEndpoints {
      webhookEndpoints {
        ...EndpointParts
      }
    }
  `,
  [endpointParts],
);

/** One endpoint and a page of its log; `withJobs` needs `jobs:read`. */
export const endpointQuery = graphql(
  `
    query WebhookEndpoint(
      $id: ID!
      $first: Int!
      $after: String
      $state: WebhookDeliveryState
      $withJobs: Boolean!
    ) {
      node(id: $id) {
        __typename
        ... on WebhookEndpoint {
          ...EndpointParts
          deliveries(first: $first, after: $after, state: $state) {
            nodes {
              ...DeliveryRow
            }
            pageInfo {
              hasNextPage
              endCursor
            }
          }
        }
      }
    }
  `,
  [endpointParts, deliveryRow],
);

/** The bodies of one delivery: what was sent, and the beginning of each response. */
export const deliveryQuery = graphql(`
  query WebhookDelivery($id: ID!) {
    node(id: $id) {
      __typename
      ... on WebhookDelivery {
        id
        payload
        attempts {
          at
          durationMs
          httpStatus
          error
          response
        }
      }
    }
  }
`);

/** A delivery with its bodies. */
export type DeliveryBodies = Extract<
  NonNullable<ResultOf<typeof deliveryQuery>['node']>,
  { readonly __typename: 'WebhookDelivery' }
>;

/** Creates an endpoint. Its secret is in this response. */
export const createEndpoint = graphql(
  `
    mutation CreateWebhookEndpoint($input: CreateWebhookEndpointInput!) {
      createWebhookEndpoint(input: $input) {
        __typename
        ... on CreateWebhookEndpointSuccess {
          secret
          endpoint {
            ...EndpointParts
          }
        }
        ...FailureParts
      }
    }
  `,
  [endpointParts, failureParts],
);

/** Changes an endpoint, or switches it off or on. */
export const updateEndpoint = graphql(
  `
    mutation UpdateWebhookEndpoint($input: UpdateWebhookEndpointInput!) {
      updateWebhookEndpoint(input: $input) {
        __typename
        ... on UpdateWebhookEndpointSuccess {
          endpoint {
            ...EndpointParts
          }
        }
        ...FailureParts
      }
    }
  `,
  [endpointParts, failureParts],
);

/** Deletes an endpoint for good. */
export const deleteEndpoint = graphql(
  `
    mutation DeleteWebhookEndpoint($id: ID!) {
      deleteWebhookEndpoint(id: $id) {
        __typename
        ... on DeleteWebhookEndpointSuccess {
          id
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Gives an endpoint a new secret, which is in this response. */
export const rotateSecret = graphql(
  `
    mutation RotateWebhookSecret($id: ID!) {
      rotateWebhookSecret(id: $id) {
        __typename
        ... on RotateWebhookSecretSuccess {
          secret
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Sends a test and waits for what comes of it. */
export const testEndpoint = graphql(
  `
    mutation TestWebhookEndpoint($id: ID!) {
      testWebhookEndpoint(id: $id) {
        __typename
        ... on TestWebhookEndpointSuccess {
          delivery {
            id
            state
            attempts {
              at
              durationMs
              httpStatus
              error
            }
          }
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Sends one delivery again. */
export const redeliver = graphql(
  `
    mutation RedeliverWebhook($id: ID!) {
      redeliverWebhook(deliveryId: $id) {
        __typename
        ... on RedeliverWebhookSuccess {
          delivery {
            id
            state
          }
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);

/** Sends everything again that was not delivered since an instant. */
export const redeliverSince = graphql(
  `
    mutation RedeliverWebhooks($endpointId: ID!, $since: DateTime!) {
      redeliverWebhooks(endpointId: $endpointId, since: $since) {
        __typename
        ... on RedeliverWebhooksSuccess {
          count
        }
        ...FailureParts
      }
    }
  `,
  [failureParts],
);
