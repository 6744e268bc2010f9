import { and, asc, desc, eq, getTableColumns, gte, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { type ApiKey, scopesAmong } from '../../../domain/access.ts';
import type { AuditEntry } from '../../../domain/audit.ts';
import type { Environment } from '../../../domain/job.ts';
import type { Page, Slice, StoredApiKey } from '../../../ports.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import type { Audit } from './audit.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { idKeys, type Listed, sliceOf } from './paging.ts';
import { apiKeys } from './tables/api-keys.ts';

/** The rows of API keys. Functions that write run inside the caller's transaction. */
export type ApiKeys = {
  readonly create: (key: StoredApiKey, entry?: AuditEntry) => Promise<void>;
  readonly find: (id: string) => Promise<StoredApiKey | null>;
  readonly list: (environment: Environment, owner: string | null, page: Page<string>) => Promise<Slice<ApiKey>>;
  readonly use: (id: string, now: number) => Promise<void>;
  readonly revoke: (id: string, now: number, entry?: AuditEntry) => Promise<ApiKey | null>;
};

/** Prepares the statements on API keys. */
export function createApiKeys(db: Db, audit: Audit): ApiKeys {
  const { insert, find, use, revoke, ofAll, ofOwner } = prepareStatements(db);
  const listOf = (environment: Environment, owner: string | null): Listed<ApiKey, string> => ({
    rising: false,
    keys: idKeys,
    read: async (keyRange, end, limit) => {
      const place = { ...keyRange, environment, limit };
      return (await (owner === null ? ofAll[end].execute(place) : ofOwner[end].execute({ ...place, owner }))).map(
        keyOf,
      );
    },
  });
  return {
    create: async (key, entry) => {
      await insert.execute({ ...key, scopes: scopesAmong(key.scopes).join(' ') });
      await audit.add(entry);
    },
    find: async (id) => {
      const row = firstOf(await find.execute({ id }));
      return row === null ? null : { ...keyOf(row), secretHash: row.secretHash };
    },
    list: (environment, owner, page) => sliceOf(listOf(environment, owner), page),
    use: async (id, now) => {
      await use.execute({ id, lastUsedAt: now });
    },
    revoke: async (id, now, entry) => {
      if ((await revoke.execute({ id, revokedAt: now })).length > 0) await audit.add(entry);
      const row = firstOf(await find.execute({ id }));
      return row === null ? null : keyOf(row);
    },
  };
}

type ApiKeyRow = typeof apiKeys.$inferSelect;

function keyOf({ secretHash: _, scopes, ...key }: ApiKeyRow): ApiKey {
  return { ...key, scopes: scopesAmong(scopes.split(' ')) };
}

function prepareStatements(db: Db) {
  const { id, owner, environment, revokedAt, lastUsedAt } = apiKeys;
  const by = boundTo(getTableColumns(apiKeys));
  const inEnvironment = eq(environment, by.environment);
  return {
    insert: db.insert(apiKeys).values(by).prepare('key_insert'),
    find: db.select().from(apiKeys).where(eq(id, by.id)).prepare('key_find'),
    use: db
      .update(apiKeys)
      .set({ lastUsedAt: by.lastUsedAt })
      .where(and(eq(id, by.id), or(isNull(lastUsedAt), lt(lastUsedAt, by.lastUsedAt))))
      .prepare('key_use'),
    revoke: db
      .update(apiKeys)
      .set({ revokedAt: by.revokedAt })
      .where(and(eq(id, by.id), isNull(revokedAt)))
      .returning({ id })
      .prepare('key_revoke'),
    ofAll: prepareRead(db, inEnvironment, 'keys'),
    ofOwner: prepareRead(db, and(inEnvironment, eq(owner, by.owner)), 'keys_of_owner'),
  };
}

/** Prepares the reads of a range of ids from either end. */
function prepareRead(db: Db, where: SQL | undefined, name: string) {
  const { id } = apiKeys;
  const range = and(where, gte(id, sql`${sql.placeholder('from')}`), lt(id, sql`${sql.placeholder('to')}`));
  const from = (end: End) =>
    db
      .select()
      .from(apiKeys)
      .where(range)
      .orderBy(end === 'low' ? asc(id) : desc(id))
      .limit(sql.placeholder('limit'))
      .prepare(`${name}_${end}`);
  return { low: from('low'), high: from('high') };
}
