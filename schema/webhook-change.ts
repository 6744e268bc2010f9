import type { Failure } from '../src/domain/failure.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { idOf, keyOf } from './id.ts';

/** Adds the mutations that create, change and delete endpoints. */
export function addWebhookChange(builder: Builder): void {
  addSecretTypes(builder);
  addCreate(builder);
  addUpdate(builder);
  addDelete(builder);
  addRotate(builder);
}

/** The type of a result that is either this success or a failure. */
function typeOf(success: string): (result: object) => string {
  // Every failure has a kind, and no success has.
  return (result) => ('kind' in result ? failureTypeOf(result as Failure) : success);
}

function addSecretTypes(builder: Builder): void {
  builder.objectType('CreateWebhookEndpointSuccess', {
    description: 'The endpoint was created and is told of everything from now on.',
    fields: (t) => ({
      endpoint: t.expose('endpoint', { type: 'WebhookEndpoint', description: 'The new endpoint.' }),
      secret: t.exposeString('secret', {
        description:
          'What signatures are verified with: `whsec_…`. Shown here and by `rotateWebhookSecret`, never again.',
      }),
    }),
  });
  builder.objectType('RotateWebhookSecretSuccess', {
    description: 'From now on the new secret signs. For 24 hours the one before signs as well.',
    fields: (t) => ({
      endpoint: t.expose('endpoint', { type: 'WebhookEndpoint', description: 'The endpoint.' }),
      secret: t.exposeString('secret', { description: 'The new secret: `whsec_…`. Shown here, never again.' }),
    }),
  });
}

function addCreate(builder: Builder): void {
  const Input = builder.inputType('CreateWebhookEndpointInput', {
    description: "A new endpoint in the environment of the caller's token.",
    fields: (t) => ({
      url: t.string({
        required: true,
        description: 'Where the requests go. In LIVE it must start with https:// and lead to a public address.',
      }),
      description: t.string({ description: 'What it is for: at most 255 characters.' }),
      eventTypes: t.field({
        type: ['WebhookEventType'],
        description:
          'What to tell it of. Default: everything that happens to jobs and videos; BUDGET_REACHED has to be asked for.',
      }),
      allUsers: t.boolean({
        defaultValue: false,
        description: 'For admins: tell it of the jobs and budgets of all users of the environment.',
      }),
    }),
  });
  const Result = builder.unionType('CreateWebhookEndpointResult', {
    description: 'The result of `createWebhookEndpoint`.',
    types: ['CreateWebhookEndpointSuccess', 'InvalidInputError'],
    resolveType: typeOf('CreateWebhookEndpointSuccess'),
  });
  builder.mutationField('createWebhookEndpoint', (t) =>
    t.field({
      type: Result,
      description: 'Creates an endpoint that is told of events. A user can have 20 of them in each environment.',
      args: { input: t.arg({ type: Input, required: true, description: 'Its address, and what to tell it of.' }) },
      resolve: (_root, { input }, context) => context.gateway.createWebhookEndpoint(viewerOf(context), input),
    }),
  );
}

function addUpdate(builder: Builder): void {
  const Input = builder.inputType('UpdateWebhookEndpointInput', {
    description: 'What to change of an endpoint. What is absent stays.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'The id of the endpoint.' }),
      url: t.string({ description: 'The new address. Deliveries that wait go there, too.' }),
      description: t.string({ description: 'What it is for: at most 255 characters. Null removes it.' }),
      eventTypes: t.field({ type: ['WebhookEventType'], description: 'What to tell it of from now on.' }),
      enabled: t.boolean({
        description:
          'False switches it off: what waits or happens meanwhile is FAILED. True switches it on again: to send what was missed, ' +
          'call `redeliverWebhooks` with the instant since when.',
      }),
    }),
  });
  builder.objectType('UpdateWebhookEndpointSuccess', {
    description: 'The endpoint was changed.',
    fields: (t) => ({
      endpoint: t.field({
        type: 'WebhookEndpoint',
        description: 'The endpoint as it is now.',
        resolve: (endpoint) => endpoint,
      }),
    }),
  });
  const Result = builder.unionType('UpdateWebhookEndpointResult', {
    description: 'The result of `updateWebhookEndpoint`.',
    types: ['UpdateWebhookEndpointSuccess', 'InvalidInputError', 'NotFoundError'],
    resolveType: typeOf('UpdateWebhookEndpointSuccess'),
  });
  builder.mutationField('updateWebhookEndpoint', (t) =>
    t.field({
      type: Result,
      description: 'Changes an endpoint, or switches it off or on again.',
      args: { input: t.arg({ type: Input, required: true, description: 'The endpoint, and what to change.' }) },
      resolve: (_root, { input: { id, ...changes } }, context) =>
        context.gateway.updateWebhookEndpoint(viewerOf(context), keyOf('WebhookEndpoint', id), changes),
    }),
  );
}

function addDelete(builder: Builder): void {
  builder.objectType('DeleteWebhookEndpointSuccess', {
    description: 'The endpoint and its deliveries are gone.',
    fields: (t) => ({
      id: t.id({
        description: 'The id that it had.',
        resolve: (endpoint) => idOf('WebhookEndpoint', endpoint.id),
      }),
    }),
  });
  const Result = builder.unionType('DeleteWebhookEndpointResult', {
    description: 'The result of `deleteWebhookEndpoint`.',
    types: ['DeleteWebhookEndpointSuccess', 'NotFoundError'],
    resolveType: typeOf('DeleteWebhookEndpointSuccess'),
  });
  builder.mutationField('deleteWebhookEndpoint', (t) =>
    t.field({
      type: Result,
      description: 'Deletes an endpoint for good, with its secret and its deliveries. What waits is not sent.',
      args: { id: t.arg.id({ required: true, description: 'The id of the endpoint.' }) },
      resolve: (_root, { id }, context) =>
        context.gateway.deleteWebhookEndpoint(viewerOf(context), keyOf('WebhookEndpoint', id)),
    }),
  );
}

function addRotate(builder: Builder): void {
  const Result = builder.unionType('RotateWebhookSecretResult', {
    description: 'The result of `rotateWebhookSecret`.',
    types: ['RotateWebhookSecretSuccess', 'NotFoundError'],
    resolveType: typeOf('RotateWebhookSecretSuccess'),
  });
  builder.mutationField('rotateWebhookSecret', (t) =>
    t.field({
      type: Result,
      description: 'Gives an endpoint a new secret. For 24 hours requests carry a signature of each.',
      args: { id: t.arg.id({ required: true, description: 'The id of the endpoint.' }) },
      resolve: (_root, { id }, context) =>
        context.gateway.rotateWebhookSecret(viewerOf(context), keyOf('WebhookEndpoint', id)),
    }),
  );
}
