import { keyNameOf } from '../src/credential/api-key.ts';
import type { Scope } from '../src/domain/access.ts';
import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { idOf, keyOf } from './id.ts';
import { connectionOf, cursors, nodesOf, type PageArgs, readPage } from './page.ts';

/** Adds ApiKey, and the operations that create, list and revoke keys. */
export function addApiKey(builder: Builder): void {
  addScope(builder);
  addType(builder);
  addConnection(builder);
  addCreate(builder);
  addRevoke(builder);
}

function addScope(builder: Builder): void {
  builder.enumType('Scope', {
    description:
      'What an API key or a token may do. A JSON Web Token that lists no scopes may do everything its user may do.',
    values: {
      JOBS_READ: { value: 'jobs:read', description: 'Read and watch jobs. Written `jobs:read` in a token.' },
      JOBS_WRITE: {
        value: 'jobs:write',
        description: 'Create, cancel, retry, read and watch jobs. Written `jobs:write` in a token.',
      },
      CREDITS_READ: {
        value: 'credits:read',
        description: 'Read and watch credits. Written `credits:read` in a token.',
      },
      WEBHOOKS_WRITE: {
        value: 'webhooks:write',
        description:
          'Create, read and change endpoints of webhooks, with the bodies that tell of jobs. Written `webhooks:write` in a token.',
      },
      ADMIN: {
        value: 'admin',
        description: 'Everything. Written `admin` in a token; a JSON Web Token also needs the admin role.',
      },
    } satisfies Record<string, { value: Scope; description: string }>,
  });
}

function addType(builder: Builder): void {
  builder.objectType('ApiKey', {
    description: 'A key with which a program acts for a user. Send it as `Authorization: Bearer sk_test_…`.',
    fields: (t) => ({
      id: t.id({
        description: 'Opaque global id. Pass it to `revokeApiKey`.',
        resolve: (key) => idOf('ApiKey', key.id),
      }),
      name: t.string({
        description: 'The part of the key that is not secret: `sk_live_` or `sk_test_`, then 32 hexadecimal digits.',
        resolve: keyNameOf,
      }),
      userId: t.exposeID('owner', { description: 'The user the key acts for.' }),
      environment: t.expose('environment', { type: 'Environment', description: 'The environment the key works in.' }),
      scopes: t.expose('scopes', { type: ['Scope'], description: 'What the key may do.' }),
      label: t.exposeString('label', {
        nullable: true,
        description: 'What the key is for, as its maker wrote; null if they wrote nothing.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the key was created.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the key expires; null if it never does.',
      }),
      revokedAt: t.expose('revokedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the key was revoked; null if it was not.',
      }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the key was last used, to within about a minute; null if it never was.',
      }),
    }),
  });
}

function addConnection(builder: Builder): void {
  builder.objectType('ApiKeyConnection', {
    description: 'One page of API keys.',
    fields: (t) => ({
      edges: t.expose('edges', { type: ['ApiKeyEdge'], description: 'The keys on this page, each with its cursor.' }),
      nodes: t.field({
        type: ['ApiKey'],
        description: 'The keys on this page, without cursors.',
        resolve: nodesOf,
      }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Whether there are more pages, and the cursors that lead to them.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('ApiKeyEdge', {
    description: 'An API key and its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` or `before` to page from here.' }),
      node: t.expose('node', { type: 'ApiKey', description: 'The API key.' }),
    }),
  });
  builder.queryField('apiKeys', (t) =>
    t.field({
      type: 'ApiKeyConnection',
      nullable: true,
      description:
        "For admins: the API keys of the caller's environment, newest first, including revoked and expired ones. Null if the " +
        'list is refused, and `errors` says why.',
      args: {
        userId: t.arg.id({ description: 'Return only keys of this user; null returns all.' }),
        first: t.arg.int({
          description:
            'How many to return, starting with the newest: 0 to 100. Defaults to 20 if `last` is not given either.',
        }),
        after: t.arg.string({ description: 'Return only keys older than this cursor.' }),
        last: t.arg.int({
          description:
            'How many to return from the end of the list, which is the oldest: 0 to 100. Cannot be combined with `first`.',
        }),
        before: t.arg.string({ description: 'Return only keys newer than this cursor.' }),
      },
      resolve: (_root, args, context) => listKeys(context, args.userId ?? null, args),
    }),
  );
}

async function listKeys(context: Context, userId: string | null, args: PageArgs) {
  const cursor = cursors.apiKeys(context.gateway);
  const slice = await context.gateway.apiKeys(viewerOf(context), userId, readPage(args, cursor));
  return connectionOf(slice, (key) => cursor.write(key.id));
}

function addCreate(builder: Builder): void {
  const Input = builder.inputType('CreateApiKeyInput', {
    description: "A new API key in the environment of the caller's token.",
    fields: (t) => ({
      userId: t.id({
        required: true,
        description: 'The user the key acts for. They need not have used the gateway before.',
      }),
      scopes: t.field({
        type: ['Scope'],
        description: 'What the key may do. Default: JOBS_READ, JOBS_WRITE and CREDITS_READ.',
      }),
      label: t.string({
        description:
          'What it is for, shown in lists: 1 to 100 characters, without control characters. Spaces at its ends are removed. It never ' +
          'changes.',
      }),
      expiresAt: t.field({ type: 'DateTime', description: 'When the key expires, in the future. Null means never.' }),
    }),
  });
  builder.objectType('CreateApiKeySuccess', {
    description: 'The key was created.',
    fields: (t) => ({
      apiKey: t.expose('apiKey', { type: 'ApiKey', description: 'What is kept of it.' }),
      secret: t.exposeString('secret', {
        description: 'The whole key. It is shown only here: the gateway keeps nothing but its SHA-256 hash.',
      }),
    }),
  });
  const Result = builder.unionType('CreateApiKeyResult', {
    description: 'The result of `createApiKey`.',
    types: ['CreateApiKeySuccess', 'InvalidInputError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'CreateApiKeySuccess'),
  });
  builder.mutationField('createApiKey', (t) =>
    t.field({
      type: Result,
      description: 'For admins: creates an API key, with which a program acts for a user.',
      args: { input: t.arg({ type: Input, required: true, description: "The key's user, scopes and expiry." }) },
      resolve: (_root, { input }, context) => context.gateway.createApiKey(viewerOf(context), input),
    }),
  );
}

function addRevoke(builder: Builder): void {
  builder.objectType('RevokeApiKeySuccess', {
    description: 'The key is refused from now on. Sockets and streams that it opened are closed within a minute.',
    fields: (t) => ({
      apiKey: t.field({ type: 'ApiKey', description: 'What is kept of it.', resolve: (key) => key }),
    }),
  });
  const Result = builder.unionType('RevokeApiKeyResult', {
    description: 'The result of `revokeApiKey`.',
    types: ['RevokeApiKeySuccess', 'NotFoundError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'RevokeApiKeySuccess'),
  });
  builder.mutationField('revokeApiKey', (t) =>
    t.field({
      type: Result,
      description: 'For admins: revokes an API key for good. Revoking a revoked key succeeds.',
      args: { id: t.arg.id({ required: true, description: 'The id of the key to revoke.' }) },
      resolve: (_root, { id }, context) => context.gateway.revokeApiKey(viewerOf(context), keyOf('ApiKey', id)),
    }),
  );
}
