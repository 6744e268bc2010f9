import type { WebhookDeliveryState, WebhookEndpoint } from '../src/domain/webhook.ts';
import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { idOf } from './id.ts';
import { connectionOf, cursors, nodesOf, readPage } from './page.ts';

/** Adds WebhookEndpoint, WebhookDelivery and what they consist of. */
export function addWebhook(builder: Builder): void {
  addEndpoint(builder);
  addDelivery(builder);
  addAttempt(builder);
  addConnection(builder);
}

function addEndpoint(builder: Builder): void {
  builder.objectType('WebhookEndpoint', {
    description:
      'An address of a backend that is notified of events by signed POST requests (Standard Webhooks 1.0.0).',
    interfaces: ['Node'],
    fields: (t) => ({
      id: t.id({
        description: 'Opaque global id. Pass it to the mutations of endpoints.',
        resolve: (endpoint) => idOf('WebhookEndpoint', endpoint.id),
      }),
      url: t.expose('url', { type: 'URL', description: 'Where the requests go.' }),
      description: t.exposeString('description', { nullable: true, description: 'What it is for, as given.' }),
      userId: t.id({
        nullable: true,
        description: 'Whose jobs and budgets it is notified of; null if of all users of the environment.',
        resolve: ({ allUsers, owner }) => (allUsers ? null : owner),
      }),
      environment: t.expose('environment', {
        type: 'Environment',
        description: 'It is notified of what happens in this environment alone.',
      }),
      eventTypes: t.expose('eventTypes', { type: ['WebhookEventType'], description: 'What it is notified of.' }),
      enabled: t.exposeBoolean('enabled', { description: 'Whether anything is sent to it.' }),
      disabledReason: t.exposeString('disabledReason', {
        nullable: true,
        description:
          'Why the gateway switched it off, a sentence; null while it is enabled, or if it was switched off by hand.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
      lastSuccessAt: t.expose('lastSuccessAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When a delivery last succeeded; null if none has.',
      }),
      deliveries: t.field({
        type: 'WebhookDeliveryConnection',
        description: 'What was sent, is due or was given up, newest first. Deliveries are kept for 30 days.',
        args: {
          first: t.arg.int({ description: 'How many to return: 0 to 100; 20 by default.' }),
          after: t.arg.string({ description: 'Return only deliveries older than this cursor.' }),
          state: t.arg({ type: 'WebhookDeliveryState', description: 'Return only deliveries in this state.' }),
        },
        resolve: (endpoint, args, context) => readDeliveries(context, endpoint, args),
      }),
    }),
  });
  builder.queryField('webhookEndpoints', (t) =>
    t.field({
      type: ['WebhookEndpoint'],
      description:
        "The caller's endpoints, newest first. Admins get those of all users of the environment, 1000 at most.",
      resolve: (_root, _args, context) => context.gateway.webhookEndpoints(viewerOf(context)),
    }),
  );
}

type DeliveryArgs = {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly state?: WebhookDeliveryState | null | undefined;
};

async function readDeliveries(
  { gateway }: Context,
  endpoint: WebhookEndpoint,
  { state = null, ...args }: DeliveryArgs,
) {
  const cursor = cursors.webhookDeliveries(gateway);
  const slice = await gateway.webhookDeliveries(endpoint, state, readPage(args, cursor));
  return connectionOf(slice, ({ id }) => cursor.write(id));
}

function addDelivery(builder: Builder): void {
  builder.objectType('WebhookDelivery', {
    description: 'One event on its way to one endpoint, with everything that was tried.',
    interfaces: ['Node'],
    fields: (t) => ({
      id: t.id({
        description: 'Opaque global id. Pass it to `redeliverWebhook`.',
        resolve: (delivery) => idOf('WebhookDelivery', delivery.id),
      }),
      messageId: t.exposeString('messageId', {
        description:
          'The header `webhook-id`: the same for every attempt. Receivers know by it what they have had already.',
      }),
      type: t.expose('type', { type: 'WebhookEventType', description: 'What it tells about.' }),
      state: t.expose('state', { type: 'WebhookDeliveryState', description: 'How far it has come.' }),
      job: t.field({
        type: 'Job',
        nullable: true,
        description: "The job it tells about; null for a test, for a budget, and if the job is not the caller's.",
        resolve: ({ jobId }, _args, context) => (jobId === null ? null : context.gateway.job(viewerOf(context), jobId)),
      }),
      payload: t.exposeString('payload', {
        description: 'The body, byte for byte. After the deletion of its job it is another, without what was deleted.',
      }),
      attempts: t.expose('attempts', { type: ['WebhookAttempt'], description: 'What was tried, oldest first.' }),
      nextAttemptAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the next attempt is due; null if none is, or while one is under way.',
        resolve: ({ nextAt, leased }) => (leased ? null : nextAt),
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the event happened.' }),
    }),
  });
}

function addAttempt(builder: Builder): void {
  builder.objectType('WebhookAttempt', {
    description: 'One request and its response.',
    fields: (t) => ({
      at: t.expose('at', { type: 'DateTime', description: 'When the request began.' }),
      durationMs: t.exposeInt('durationMs', { description: 'How long it took, in milliseconds.' }),
      httpStatus: t.exposeInt('httpStatus', { nullable: true, description: 'The status; null without a response.' }),
      error: t.exposeString('error', {
        nullable: true,
        description: 'Why it failed, a sentence; null after a success.',
      }),
      response: t.exposeString('response', {
        nullable: true,
        description:
          'The first 2 KiB of the response’s body; null without one, and after the deletion of the job or the erasure of the user.',
      }),
    }),
  });
}

function addConnection(builder: Builder): void {
  builder.objectType('WebhookDeliveryConnection', {
    description: 'One page of deliveries.',
    fields: (t) => ({
      edges: t.expose('edges', {
        type: ['WebhookDeliveryEdge'],
        description: 'The deliveries on this page, each with its cursor.',
      }),
      nodes: t.field({
        type: ['WebhookDelivery'],
        description: 'The deliveries on this page, without cursors.',
        resolve: nodesOf,
      }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Whether there are more pages, and the cursors that lead to them.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('WebhookDeliveryEdge', {
    description: 'A delivery and its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` to page from here.' }),
      node: t.expose('node', { type: 'WebhookDelivery', description: 'The delivery.' }),
    }),
  });
}
