import { sql } from 'drizzle-orm';
import { blob, check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Environment } from '../../../../domain/job.ts';
import { environments, scopeSets } from '../../shared/enums.ts';
import { oneOf } from '../../shared/predicates.ts';

/** One row per API key. No key is ever deleted, so a revoked one stays visible. `scopes` is one of the `scopeSets` in enums.ts. */
export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    owner: text('owner').notNull(),
    environment: text('environment').$type<Environment>().notNull(),
    secretHash: blob('secret_hash', { mode: 'buffer' }).notNull(),
    scopes: text('scopes').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
    lastUsedAt: integer('last_used_at'),
    label: text('label'),
  },
  (t) => [
    index('api_keys_list').on(t.environment, t.id),
    index('api_keys_by_owner').on(t.environment, t.owner, t.id),
    check('api_keys_owner', sql`length(${t.owner}) BETWEEN 1 AND 255`),
    check('api_keys_environment', oneOf(t.environment, environments)),
    check('api_keys_secret_hash', sql`length(${t.secretHash}) = 32`),
    check('api_keys_scopes', oneOf(t.scopes, scopeSets)),
    check('api_keys_expires_at', sql`${t.expiresAt} > ${t.createdAt}`),
  ],
);
