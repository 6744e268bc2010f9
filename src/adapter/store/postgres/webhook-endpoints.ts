import { and, desc, eq, getTableColumns, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Environment } from '../../../domain/job.ts';
import { isToldOf, ownerOf, type WebhookEndpoint, type WebhookEvent } from '../../../domain/webhook.ts';
import { columnsOf } from '../shared/job-columns.ts';
import { boundTo } from '../shared/placeholders.ts';
import { endpointColumns, endpointOf, endpointRowOf } from '../shared/webhook-rows.ts';
import type { Accounts } from './accounts.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { webhookEndpoints } from './tables/webhooks.ts';

/** The endpoints of webhooks. `create` runs inside the caller's transaction. */
export type WebhookEndpoints = {
  readonly create: (endpoint: WebhookEndpoint, most: number) => Promise<boolean>;
  readonly find: (id: string) => Promise<WebhookEndpoint | null>;
  /** Locks an endpoint until the transaction ends. `skip`: null if another transaction has it; otherwise waits for that one's end. */
  readonly lock: (id: string, how: 'skip' | 'wait') => Promise<WebhookEndpoint | null>;
  readonly list: (environment: Environment, owner: string | null, limit: number) => Promise<readonly WebhookEndpoint[]>;
  readonly write: (endpoint: WebhookEndpoint) => Promise<void>;
  readonly serve: (id: string, now: number) => Promise<void>;
  readonly remove: (id: string, now: number) => Promise<boolean>;
  /** The endpoints that are notified of an event, those that are off included. */
  readonly toldOf: (event: WebhookEvent) => Promise<readonly WebhookEndpoint[]>;
  /** The ids of deleted endpoints. */
  readonly deleted: () => Promise<readonly string[]>;
};

/** Prepares the statements on endpoints. */
export function createWebhookEndpoints(db: Db, accounts: Accounts): WebhookEndpoints {
  const { insert, find, skip, wait, write, serve, remove, ofOwner, ofEnvironment, told, deleted } =
    prepareStatements(db);
  const list: WebhookEndpoints['list'] = async (environment, owner, limit) => {
    const rows =
      owner === null
        ? await ofEnvironment.execute({ environment, limit })
        : await ofOwner.execute({ environment, owner, limit });
    return rows.map(endpointOf);
  };
  return {
    list,
    create: async (endpoint, most) => {
      const { owner, environment } = endpoint;
      // All nodes count and create a user's endpoints one after the other.
      await accounts.lock({ owner, environment });
      if ((await list(environment, owner, most)).length >= most) return false;
      await insert.execute({ ...endpointRowOf(endpoint), servedAt: 0, deletedAt: null });
      return true;
    },
    find: async (id) => {
      const row = firstOf(await find.execute({ id }));
      return row === null ? null : endpointOf(row);
    },
    lock: async (id, how) => {
      const row = firstOf(await (how === 'skip' ? skip : wait).execute({ id }));
      return row === null ? null : endpointOf(row);
    },
    write: async (endpoint) => void (await write.execute(endpointRowOf(endpoint))),
    serve: async (id, now) => void (await serve.execute({ id, servedAt: now })),
    remove: async (id, now) =>
      (await remove.execute({ id, deletedAt: now, secret: Buffer.alloc(0), enabled: false })).length > 0,
    toldOf: async (event) => {
      const { environment, owner } = ownerOf(event);
      // No endpoint is of nobody: for the installation's events, those of all users remain.
      const rows = await told.execute({ environment, owner: owner ?? '' });
      return rows.map(endpointOf).filter((endpoint) => isToldOf(endpoint, event));
    },
    deleted: async () => (await deleted.execute()).map(({ id }) => id),
  };
}

function prepareStatements(db: Db) {
  const { id, owner, environment, allUsers, deletedAt } = webhookEndpoints;
  const by = boundTo(getTableColumns(webhookEndpoints));
  const isThere = and(eq(id, by.id), isNull(deletedAt));
  const inEnvironment = and(eq(environment, by.environment), isNull(deletedAt));
  const select = (where: SQL | undefined) => db.select().from(webhookEndpoints).where(where);
  const update = () => db.update(webhookEndpoints);
  const limit = sql.placeholder('limit');
  return {
    insert: db.insert(webhookEndpoints).values(by).prepare('endpoint_insert'),
    find: select(isThere).prepare('endpoint_find'),
    skip: select(isThere).for('no key update', { skipLocked: true }).prepare('endpoint_lock_skip'),
    wait: select(isThere).for('no key update').prepare('endpoint_lock_wait'),
    write: update()
      .set(boundTo(columnsOf(webhookEndpoints, endpointColumns)))
      .where(isThere)
      .prepare('endpoint_write'),
    serve: update().set({ servedAt: by.servedAt }).where(isThere).prepare('endpoint_serve'),
    remove: update()
      .set({
        deletedAt: by.deletedAt,
        secret: by.secret,
        previousSecret: null,
        previousSecretUntil: null,
        enabled: by.enabled,
        disabledReason: null,
      })
      .where(isThere)
      .returning({ id })
      .prepare('endpoint_remove'),
    ofOwner: select(and(inEnvironment, eq(owner, by.owner)))
      .orderBy(desc(id))
      .limit(limit)
      .prepare('endpoints_of_owner'),
    ofEnvironment: select(inEnvironment).orderBy(desc(id)).limit(limit).prepare('endpoints'),
    told: select(and(inEnvironment, sql`(${owner} = ${by.owner} OR ${allUsers})`)).prepare('endpoints_told'),
    deleted: db.select({ id }).from(webhookEndpoints).where(isNotNull(deletedAt)).prepare('endpoints_deleted'),
  };
}
