import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { keyOf } from './id.ts';

/** Adds the mutations that send: a test, one delivery again, or everything that was missed. */
export function addWebhookDelivery(builder: Builder): void {
  addTest(builder);
  addRedeliver(builder);
  addRedeliverSince(builder);
}

function addTest(builder: Builder): void {
  builder.objectType('TestWebhookEndpointSuccess', {
    description: 'The test was sent. Whether it arrived is in `delivery.state` and its attempt.',
    fields: (t) => ({
      delivery: t.field({
        type: 'WebhookDelivery',
        description: 'The test. PENDING only if no attempt has ended within 17 s.',
        resolve: (delivery) => delivery,
      }),
    }),
  });
  const Result = builder.unionType('TestWebhookEndpointResult', {
    description: 'The result of `testWebhookEndpoint`.',
    types: ['TestWebhookEndpointSuccess', 'NotFoundError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'TestWebhookEndpointSuccess'),
  });
  builder.mutationField('testWebhookEndpoint', (t) =>
    t.field({
      type: Result,
      description:
        'Sends `webhook.test` at once, once, also to an endpoint that is off, and waits for what comes of it.',
      args: { id: t.arg.id({ required: true, description: 'The id of the endpoint.' }) },
      resolve: (_root, { id }, context) =>
        context.gateway.testWebhookEndpoint(viewerOf(context), keyOf('WebhookEndpoint', id)),
    }),
  );
}

function addRedeliver(builder: Builder): void {
  builder.objectType('RedeliverWebhookSuccess', {
    description: 'The delivery is due again, with a new round of attempts.',
    fields: (t) => ({
      delivery: t.field({
        type: 'WebhookDelivery',
        description: 'The delivery as it is now. It keeps its `messageId`.',
        resolve: (delivery) => delivery,
      }),
    }),
  });
  const Result = builder.unionType('RedeliverWebhookResult', {
    description: 'The result of `redeliverWebhook`.',
    types: ['RedeliverWebhookSuccess', 'NotFoundError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'RedeliverWebhookSuccess'),
  });
  builder.mutationField('redeliverWebhook', (t) =>
    t.field({
      type: Result,
      description:
        'Sends one delivery again, even if it was delivered. An endpoint that is off gets it once it is on again.',
      args: { deliveryId: t.arg.id({ required: true, description: 'The id of the delivery.' }) },
      resolve: (_root, { deliveryId }, context) =>
        context.gateway.redeliverWebhook(viewerOf(context), keyOf('WebhookDelivery', deliveryId)),
    }),
  );
}

function addRedeliverSince(builder: Builder): void {
  builder.objectType('RedeliverWebhooksSuccess', {
    description: 'These deliveries are due again.',
    fields: (t) => ({
      count: t.int({ description: 'How many.', resolve: ({ count }) => count }),
    }),
  });
  const Result = builder.unionType('RedeliverWebhooksResult', {
    description: 'The result of `redeliverWebhooks`.',
    types: ['RedeliverWebhooksSuccess', 'NotFoundError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'RedeliverWebhooksSuccess'),
  });
  builder.mutationField('redeliverWebhooks', (t) =>
    t.field({
      type: Result,
      description: 'Sends everything again that happened since an instant and was not delivered, tests aside.',
      args: {
        endpointId: t.arg.id({ required: true, description: 'The id of the endpoint.' }),
        since: t.arg({ type: 'DateTime', required: true, description: 'The instant.' }),
      },
      resolve: async (_root, { endpointId, since }, context) => {
        const count = await context.gateway.redeliverWebhooks(
          viewerOf(context),
          keyOf('WebhookEndpoint', endpointId),
          since,
        );
        return typeof count === 'number' ? { count } : count;
      },
    }),
  );
}
