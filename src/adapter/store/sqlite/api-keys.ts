import { and, asc, desc, eq, getTableColumns, gte, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { type ApiKey, scopesAmong } from '../../../domain/access.ts';
import type { AuditEntry } from '../../../domain/audit.ts';
import type { Environment } from '../../../domain/job.ts';
import type { Page, Slice, StoredApiKey } from '../../../ports.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import type { Audit } from './audit.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { idKeys, type Listed, sliceOf } from './paging.ts';
import { apiKeys } from './tables/api-keys.ts';

/** The rows of API keys. Each write is one statement, inside the caller's transaction. */
export type ApiKeys = {
  readonly create: (key: StoredApiKey, entry?: AuditEntry) => void;
  readonly find: (id: string) => StoredApiKey | null;
  readonly list: (environment: Environment, owner: string | null, page: Page<string>) => Slice<ApiKey>;
  readonly use: (id: string, now: number) => void;
  readonly revoke: (id: string, now: number, entry?: AuditEntry) => ApiKey | null;
};

/** Prepares the statements on API keys. */
export function createApiKeys(db: Db, audit: Audit): ApiKeys {
  const { insert, find, use, revoke, ofAll, ofOwner } = prepareStatements(db);
  const listOf = (environment: Environment, owner: string | null): Listed<ApiKey, string> => ({
    rising: false,
    keys: idKeys,
    keyOf: (key) => key.id,
    read: (keyRange, end, limit) => {
      const place = { ...keyRange, environment };
      return (owner === null ? ofAll[end](limit).all(place) : ofOwner[end](limit).all({ ...place, owner })).map(keyOf);
    },
  });
  const findStored = (id: string): StoredApiKey | null => {
    const row = find.get({ id });
    return row === undefined ? null : { ...keyOf(row), secretHash: row.secretHash };
  };
  return {
    create: (key, entry) => {
      insert.run({ ...key, secretHash: Buffer.from(key.secretHash), scopes: scopesAmong(key.scopes).join(' ') });
      audit.add(entry);
    },
    find: findStored,
    list: (environment, owner, page) => sliceOf(listOf(environment, owner), page),
    use: (id, now) => void use.run({ id, lastUsedAt: now }),
    revoke: (id, now, entry) => {
      if (revoke.run({ id, revokedAt: now }).changes > 0) audit.add(entry);
      const row = find.get({ id });
      return row === undefined ? null : keyOf(row);
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
    insert: db.insert(apiKeys).values(by).prepare(),
    find: db.select().from(apiKeys).where(eq(id, by.id)).prepare(),
    use: db
      .update(apiKeys)
      .set({ lastUsedAt: by.lastUsedAt })
      .where(and(eq(id, by.id), or(isNull(lastUsedAt), lt(lastUsedAt, by.lastUsedAt))))
      .prepare(),
    revoke: db
      .update(apiKeys)
      .set({ revokedAt: by.revokedAt })
      .where(and(eq(id, by.id), isNull(revokedAt)))
      .prepare(),
    ofAll: prepareRead(db, inEnvironment),
    // Without this hint SQLite uses the narrower index of all keys, and skips other users' keys one by one.
    ofOwner: prepareRead(db, and(inEnvironment, sql`unlikely(${owner} = ${by.owner})`)),
  };
}

/** Prepares the reads of a range of ids from either end. */
function prepareRead(db: Db, where: SQL | undefined): Record<End, ReturnType<typeof readFrom>> {
  const { id } = apiKeys;
  const range = and(where, gte(id, sql`${sql.placeholder('from')}`), lt(id, sql`${sql.placeholder('to')}`));
  return { low: readFrom(db, range, asc(id)), high: readFrom(db, range, desc(id)) };
}

function readFrom(db: Db, where: SQL | undefined, order: SQL) {
  return perLimit((limit) => db.select().from(apiKeys).where(where).orderBy(order).limit(limit).prepare());
}
