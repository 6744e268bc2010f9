import { and, desc, eq, getTableColumns, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Environment } from '../../../domain/job.ts';
import { isToldOf, ownerOf, type WebhookEndpoint, type WebhookEvent } from '../../../domain/webhook.ts';
import { columnsOf } from '../shared/job-columns.ts';
import { boundTo } from '../shared/placeholders.ts';
import { type EndpointRow, endpointColumns, endpointOf, endpointRowOf } from '../shared/webhook-rows.ts';
import { prepareRows, prepareWrite } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { webhookEndpoints } from './tables/webhooks.ts';

/** The endpoints of webhooks. Functions that write run inside the caller's transaction. */
export type WebhookEndpoints = {
  readonly create: (endpoint: WebhookEndpoint, most: number) => boolean;
  readonly find: (id: string) => WebhookEndpoint | null;
  readonly list: (environment: Environment, owner: string | null, limit: number) => readonly WebhookEndpoint[];
  readonly write: (endpoint: WebhookEndpoint) => void;
  readonly serve: (id: string, now: number) => void;
  readonly remove: (id: string, now: number) => boolean;
  /** The endpoints that are notified of an event, those that are off included. */
  readonly toldOf: (event: WebhookEvent) => readonly WebhookEndpoint[];
  /** The ids of deleted endpoints. */
  readonly deleted: () => readonly string[];
};

/** Prepares the statements on endpoints. */
export function createWebhookEndpoints(db: Db): WebhookEndpoints {
  const { insert, find, write, serve, remove, ofOwner, ofEnvironment, ofAll, deleted } = prepareStatements(db);
  const listOf = (environment: Environment, owner: string | null, limit: number) =>
    (owner === null ? ofEnvironment(limit).all({ environment }) : ofOwner(limit).all({ environment, owner })).map(
      endpointOf,
    );
  return {
    create: (endpoint, most) => {
      if (listOf(endpoint.environment, endpoint.owner, most).length >= most) return false;
      insert({ ...endpointRowOf(endpoint), servedAt: 0, deletedAt: null });
      return true;
    },
    find: (id) => {
      const row = find.get({ id });
      return row === undefined ? null : endpointOf(row);
    },
    list: listOf,
    write: (endpoint) => void write(endpointRowOf(endpoint)),
    serve: (id, now) => void serve({ id, servedAt: now }),
    remove: (id, now) => remove({ id, deletedAt: now, secret: Buffer.alloc(0) }) > 0,
    toldOf: (event) => {
      const { environment, owner } = ownerOf(event);
      const own = owner === null ? [] : ofOwner(mostPerUser).all({ environment, owner });
      const rows = [...own, ...ofAll.all({ environment })];
      const endpoints = new Map(rows.map((row) => [row.id, endpointOf(row)]));
      return [...endpoints.values()].filter((endpoint) => isToldOf(endpoint, event));
    },
    deleted: () => deleted.all({}).map(({ id }) => id),
  };
}

/** Above the number of endpoints that any user may have. */
const mostPerUser = 1000;

function prepareStatements(db: Db) {
  const { id, owner, environment, allUsers, deletedAt } = webhookEndpoints;
  const columns = getTableColumns(webhookEndpoints);
  const by = boundTo(columns);
  const isThere = and(eq(id, by.id), isNull(deletedAt));
  const inEnvironment = and(eq(environment, by.environment), isNull(deletedAt));
  const select = () => db.select().from(webhookEndpoints);
  const update = () => db.update(webhookEndpoints);
  return {
    insert: prepareWrite(db, db.insert(webhookEndpoints).values(by)),
    find: prepareRows<EndpointRow>(db, columns, select().where(isThere)),
    write: prepareWrite(
      db,
      update()
        .set(boundTo(columnsOf(webhookEndpoints, endpointColumns)))
        .where(isThere),
    ),
    serve: prepareWrite(db, update().set({ servedAt: by.servedAt }).where(isThere)),
    remove: prepareWrite(
      db,
      update()
        .set({
          deletedAt: by.deletedAt,
          secret: by.secret,
          previousSecret: null,
          previousSecretUntil: null,
          enabled: false,
        })
        .where(isThere),
    ),
    ofOwner: perLimit((limit) =>
      prepareRows<EndpointRow>(
        db,
        columns,
        select()
          .where(and(inEnvironment, eq(owner, by.owner)))
          .orderBy(desc(id))
          .limit(limit),
      ),
    ),
    ofEnvironment: perLimit((limit) =>
      prepareRows<EndpointRow>(db, columns, select().where(inEnvironment).orderBy(desc(id)).limit(limit)),
    ),
    ofAll: prepareRows<EndpointRow>(db, columns, select().where(and(sql`${allUsers}`, inEnvironment))),
    deleted: prepareRows<{ id: string }>(
      db,
      { id },
      db.select({ id }).from(webhookEndpoints).where(isNotNull(deletedAt)),
    ),
  };
}
