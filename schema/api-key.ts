import { keyNameOf } from '../src/credential/api-key.ts';
import type { Scope } from '../src/domain/access.ts';
import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';
import { idOf, keyOf } from './id.ts';
import { connectionOf, cursors, type PageArgs, readPage } from './page.ts';

/** Adds API keys: their type, making, listing and revoking them. */
export function addApiKey(builder: Builder): void {
  addScope(builder);
  addType(builder);
  addConnection(builder);
  addCreate(builder);
  addRevoke(builder);
}

function addScope(builder: Builder): void {
  builder.enumType('Scope', {
    description: 'What a key or a token allows. A JSON Web Token that lists no scopes allows all that its user may do.',
    values: {
      JOBS_READ: { value: 'jobs:read', description: '"jobs:read" in a token: to see and watch jobs.' },
      JOBS_WRITE: { value: 'jobs:write', description: '"jobs:write": to make, cancel, retry, see and watch jobs.' },
      CREDITS_READ: { value: 'credits:read', description: '"credits:read": to see and watch credits.' },
      ADMIN: { value: 'admin', description: '"admin": everything. Of a JSON Web Token also the role is needed.' },
    } satisfies Record<string, { value: Scope; description: string }>,
  });
}

function addType(builder: Builder): void {
  builder.objectType('ApiKey', {
    description: 'A key with which a program speaks for a user: Authorization: Bearer sk_test_….',
    fields: (t) => ({
      id: t.id({ description: 'Opaque; serves in revokeApiKey.', resolve: (key) => idOf('ApiKey', key.id) }),
      name: t.string({
        description: 'The part of the key that is no secret: sk_live_ or sk_test_, and 32 hexadecimal digits.',
        resolve: keyNameOf,
      }),
      userId: t.exposeID('owner', { description: 'Whom it speaks for.' }),
      environment: t.expose('environment', { type: 'Environment', description: 'Where its jobs run.' }),
      scopes: t.expose('scopes', { type: ['Scope'], description: 'What it allows.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'From when on it is refused; null where it does not expire.',
      }),
      revokedAt: t.expose('revokedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Since when it is refused for good; null where it was not revoked.',
      }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'To about a minute; null where it was never used.',
      }),
    }),
  });
}

function addConnection(builder: Builder): void {
  builder.objectType('ApiKeyConnection', {
    description: 'A page of API keys.',
    fields: (t) => ({
      edges: t.expose('edges', { type: ['ApiKeyEdge'], description: 'The keys of this page, with their cursors.' }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Where this page stands within the list.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('ApiKeyEdge', {
    description: 'A key and its place in the list.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'For after and before, on this list.' }),
      node: t.expose('node', { type: 'ApiKey', description: 'The key.' }),
    }),
  });
  builder.queryField('apiKeys', (t) =>
    t.field({
      type: 'ApiKeyConnection',
      description:
        "For admins: the API keys of the caller's environment, newest first, revoked and expired ones included.",
      args: {
        userId: t.arg.id({ description: 'Only keys of this user; null means all.' }),
        first: t.arg.int({
          description: 'How many from the newest on: 0 to 100; 20 where neither first nor last is written.',
        }),
        after: t.arg.string({ description: 'The cursor of an edge: only keys older than it.' }),
        last: t.arg.int({ description: 'How many from the oldest back: 0 to 100. Not together with first.' }),
        before: t.arg.string({ description: 'The cursor of an edge: only keys newer than it.' }),
      },
      resolve: (_root, args, context) => listKeys(context, args.userId ?? null, args),
    }),
  );
}

async function listKeys(context: Context, userId: string | null, args: PageArgs) {
  const slice = await context.gateway.apiKeys(viewerOf(context), userId, readPage(args, cursors.apiKeys));
  return connectionOf(slice, (key) => cursors.apiKeys.write(key.id));
}

function addCreate(builder: Builder): void {
  const Input = builder.inputType('CreateApiKeyInput', {
    description: "A key of the environment of the caller's token.",
    fields: (t) => ({
      userId: t.id({ required: true, description: 'Whom it is to speak for; they need not have been seen yet.' }),
      scopes: t.field({
        type: ['Scope'],
        description: 'What it is to allow. Default: JOBS_READ, JOBS_WRITE and CREDITS_READ.',
      }),
      expiresAt: t.field({ type: 'DateTime', description: 'In the future; null where it is not to expire.' }),
    }),
  });
  builder.objectType('CreateApiKeySuccess', {
    description: 'The key is made.',
    fields: (t) => ({
      apiKey: t.expose('apiKey', { type: 'ApiKey', description: 'What is kept of it.' }),
      secret: t.exposeString('secret', {
        description: 'The whole key. Shown here and never again: only a SHA-256 of it is kept.',
      }),
    }),
  });
  const Result = builder.unionType('CreateApiKeyResult', {
    description: 'What comes of createApiKey.',
    types: ['CreateApiKeySuccess', 'InvalidInputError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'CreateApiKeySuccess'),
  });
  builder.mutationField('createApiKey', (t) =>
    t.field({
      type: Result,
      description: 'For admins: a key for a program.',
      args: { input: t.arg({ type: Input, required: true, description: 'For whom, and for what.' }) },
      resolve: (_root, { input }, context) => context.gateway.createApiKey(viewerOf(context), input),
    }),
  );
}

function addRevoke(builder: Builder): void {
  builder.objectType('RevokeApiKeySuccess', {
    description: 'The key is refused from now on; sockets and streams that it opened are closed within a minute.',
    fields: (t) => ({
      apiKey: t.field({ type: 'ApiKey', description: 'What is kept of it.', resolve: (key) => key }),
    }),
  });
  const Result = builder.unionType('RevokeApiKeyResult', {
    description: 'What comes of revokeApiKey.',
    types: ['RevokeApiKeySuccess', 'NotFoundError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'RevokeApiKeySuccess'),
  });
  builder.mutationField('revokeApiKey', (t) =>
    t.field({
      type: Result,
      description: 'For admins: withdraws a key for good. Revoking a revoked key succeeds.',
      args: { id: t.arg.id({ required: true, description: 'Of the key to revoke.' }) },
      resolve: (_root, { id }, context) => context.gateway.revokeApiKey(viewerOf(context), keyOf('ApiKey', id)),
    }),
  );
}
