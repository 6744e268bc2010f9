import { expect } from 'vitest';

/** What the cases have created so far, and a completed job of bob's. */
export type Made = { readonly jobId: string; keyId: string; keyName: string; endpointId: string; deliveryId: string };

/** What an operation writes, and calls of it that are refused. */
type Case = {
  readonly call: (made: Made) => string;
  readonly entry: (made: Made) => Record<string, unknown>;
  readonly refused: (made: Made) => readonly string[];
};

const failure = '__typename ... on Failure { code }';

/** Every mutation of admins, and every change of an endpoint or request to send to it, in an order in which each can succeed. */
export const auditCases: Readonly<Record<string, Case>> = {
  grantCredits: {
    call: () => `grantCredits(input: { userId: "bob", credits: 100, reason: "A gift" }) { ${failure} }`,
    entry: () => ({ action: 'credits.grant', target: 'user bob', reason: 'A gift', details: '100 credits' }),
    refused: () => [
      `grantCredits(input: { userId: "bob", credits: 0, reason: "None" }) { ${failure} }`,
      `grantCredits(input: { userId: "bob", credits: -1000000, reason: "Too many" }) { ${failure} }`,
    ],
  },
  refundJob: {
    call: ({ jobId }) => `refundJob(id: "${jobId}", reason: "Blurred") { ${failure} }`,
    entry: ({ jobId }) => ({ action: 'credits.refund', target: `job ${jobId}`, reason: 'Blurred', details: null }),
    // The second is refused because it has been refunded.
    refused: ({ jobId, endpointId }) => [
      `refundJob(id: "${jobId}", reason: "") { ${failure} }`,
      `refundJob(id: "${jobId}", reason: "Again") { ${failure} }`,
      `refundJob(id: "${endpointId}", reason: "No job") { ${failure} }`,
    ],
  },
  setBudget: {
    call: () =>
      `setBudget(input: { userId: "bob", period: MONTH, limitCredits: 670, reason: "A trial" }) { ${failure} }`,
    entry: () => ({ action: 'budget.set', target: 'user bob', reason: 'A trial', details: '670 credits, MONTH' }),
    refused: () => [`setBudget(input: { userId: "bob", period: MONTH, limitCredits: -1 }) { ${failure} }`],
  },
  eraseUser: {
    call: () => `eraseUser(userId: "eve") { ${failure} }`,
    entry: () => ({ action: 'user.erase', target: 'user eve', reason: null, details: null }),
    refused: () => [`eraseUser(userId: "") { ${failure} }`],
  },
  createApiKey: {
    call: () => `createApiKey(input: { userId: "bob" }) { ... on CreateApiKeySuccess { apiKey { id name } secret } }`,
    entry: ({ keyName }) => ({
      action: 'key.create',
      target: `key ${keyName} of bob`,
      reason: null,
      details: 'jobs:read jobs:write credits:read; no expiry',
    }),
    refused: () => [`createApiKey(input: { userId: "bob", scopes: [] }) { ${failure} }`],
  },
  revokeApiKey: {
    call: ({ keyId }) => `revokeApiKey(id: "${keyId}") { ${failure} }`,
    entry: ({ keyName }) => ({ action: 'key.revoke', target: `key ${keyName} of bob`, reason: null, details: null }),
    refused: ({ endpointId }) => [`revokeApiKey(id: "${endpointId}") { ${failure} }`],
  },
  createClientToken: {
    call: () => `createClientToken(input: { userId: "bob", scopes: [JOBS_READ], maxCredits: 67 }) { ${failure} }`,
    entry: () => ({
      action: 'token.create',
      target: expect.stringMatching(/^client token [0-9a-f-]{36} of bob$/),
      reason: null,
      details: expect.stringMatching(/^jobs:read; until \S+Z; at most 67 credits$/),
    }),
    refused: () => [`createClientToken(input: { userId: "bob", scopes: [ADMIN] }) { ${failure} }`],
  },
  createWebhookEndpoint: {
    call: () =>
      `createWebhookEndpoint(input: { url: "https://example.com/secret-path", allUsers: true }) {
        ... on CreateWebhookEndpointSuccess { endpoint { id } }
      }`,
    entry: ({ endpointId }) => ({
      action: 'endpoint.create',
      target: `endpoint ${endpointId} of alice`,
      reason: null,
      details: 'all users',
    }),
    refused: () => [`createWebhookEndpoint(input: { url: "ftp://example.com" }) { ${failure} }`],
  },
  updateWebhookEndpoint: {
    call: ({ endpointId }) =>
      `updateWebhookEndpoint(input: { id: "${endpointId}", url: "https://example.com/b", enabled: false }) { ${failure} }`,
    entry: ({ endpointId }) => ({
      action: 'endpoint.change',
      target: `endpoint ${endpointId} of alice`,
      reason: null,
      details: 'url, enabled',
    }),
    refused: ({ keyId }) => [`updateWebhookEndpoint(input: { id: "${keyId}", enabled: true }) { ${failure} }`],
  },
  rotateWebhookSecret: {
    call: ({ endpointId }) => `rotateWebhookSecret(id: "${endpointId}") { ${failure} }`,
    entry: ({ endpointId }) => ({
      action: 'endpoint.rotate_secret',
      target: `endpoint ${endpointId} of alice`,
      reason: null,
      details: null,
    }),
    refused: ({ keyId }) => [`rotateWebhookSecret(id: "${keyId}") { ${failure} }`],
  },
  testWebhookEndpoint: {
    call: ({ endpointId }) =>
      `testWebhookEndpoint(id: "${endpointId}") { ... on TestWebhookEndpointSuccess { delivery { id } } ${failure} }`,
    entry: ({ endpointId }) => ({
      action: 'endpoint.test',
      target: `endpoint ${endpointId} of alice`,
      reason: null,
      details: null,
    }),
    refused: ({ keyId }) => [`testWebhookEndpoint(id: "${keyId}") { ${failure} }`],
  },
  redeliverWebhook: {
    call: ({ deliveryId }) => `redeliverWebhook(deliveryId: "${deliveryId}") { ${failure} }`,
    entry: ({ endpointId, deliveryId }) => ({
      action: 'endpoint.redeliver',
      target: `endpoint ${endpointId} of alice`,
      reason: null,
      details: `delivery ${deliveryId}`,
    }),
    refused: ({ endpointId }) => [`redeliverWebhook(deliveryId: "${endpointId}") { ${failure} }`],
  },
  redeliverWebhooks: {
    call: ({ endpointId }) =>
      `redeliverWebhooks(endpointId: "${endpointId}", since: "2026-01-01T00:00:00Z") { ${failure} }`,
    entry: ({ endpointId }) => ({
      action: 'endpoint.redeliver',
      target: `endpoint ${endpointId} of alice`,
      reason: null,
      details: 'since 2026-01-01T00:00:00.000Z',
    }),
    refused: ({ keyId }) => [`redeliverWebhooks(endpointId: "${keyId}", since: "2026-01-01T00:00:00Z") { ${failure} }`],
  },
  deleteWebhookEndpoint: {
    call: ({ endpointId }) => `deleteWebhookEndpoint(id: "${endpointId}") { ${failure} }`,
    entry: ({ endpointId }) => ({
      action: 'endpoint.delete',
      target: `endpoint ${endpointId} of alice`,
      reason: null,
      details: null,
    }),
    refused: ({ endpointId }) => [`deleteWebhookEndpoint(id: "${endpointId}") { ${failure} }`],
  },
};
