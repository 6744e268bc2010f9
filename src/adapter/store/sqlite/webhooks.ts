import { and, asc, eq, getTableColumns, lte, type SQL, sql } from 'drizzle-orm';
import type { Environment } from '../../../domain/job.ts';
import type { WebhookDelivery } from '../../../domain/webhook.ts';
import { deliveryClaimed, type WebhookPair } from '../../../domain/webhook-schedule.ts';
import type { WaitingWebhooks, WebhookClaim, WebhookRecords } from '../../../ports/webhook.ts';
import { boundTo } from '../shared/placeholders.ts';
import { isAwaitedTest, isAwaitingTurn } from '../shared/predicates.ts';
import {
  type Candidate,
  candidatesSql,
  keptOf,
  sharesOf,
  switchesOff,
  testCandidatesSql,
  waitingSql,
} from '../shared/webhook-rows.ts';
import { prepareRows } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { webhookDeliveries } from './tables/webhooks.ts';
import type { WebhookDeliveries } from './webhook-deliveries.ts';
import type { WebhookEndpoints } from './webhook-endpoints.ts';

/** The parts that claims, outcomes and removals go through. */
export type WebhookDeps = { readonly endpoints: WebhookEndpoints; readonly deliveries: WebhookDeliveries };

type Settle = (...inputs: Parameters<WebhookRecords['settleWebhook']>) => WebhookPair | null;

type Change = (...inputs: Parameters<WebhookRecords['changeWebhookEndpoint']>) => WebhookPair['endpoint'] | null;

/** What is done to endpoints and deliveries together, inside the caller's transaction. */
export type Webhooks = {
  readonly claim: (order: WebhookClaim, now: number) => readonly WebhookPair[];
  readonly settle: Settle;
  readonly change: Change;
  readonly count: (environment: Environment, now: number) => WaitingWebhooks;
  readonly prune: (madeBefore: number, limit: number) => number;
};

/** Prepares the statements on endpoints and deliveries together. */
export function createWebhooks(db: Db, { endpoints, deliveries }: WebhookDeps): Webhooks {
  const { candidates, testCandidates, due, tests, waiting, remove } = prepareStatements(db);

  function take(rows: readonly WebhookDelivery[], now: number): readonly WebhookPair[] {
    return rows.flatMap((row) => {
      const endpoint = endpoints.find(row.endpointId);
      if (endpoint === null) return [];
      const delivery = deliveryClaimed(row, now);
      deliveries.write(delivery, row.claims);
      return [{ endpoint, delivery }];
    });
  }

  const change: Change = (id, decide) => {
    const known = endpoints.find(id);
    if (known === null) return null;
    const endpoint = decide(known);
    endpoints.write(endpoint);
    // What is being sent now ends as it ends; nobody claims more.
    if (switchesOff({ endpoint: known }, { endpoint })) deliveries.giveUp(id);
    return endpoint;
  };

  return {
    change,
    claim: ({ slots, failingSlots, testSlots }, now) => {
      if (slots < 1) return [];
      const takeShares = (shares: ReturnType<typeof sharesOf>, which: typeof due) =>
        shares.flatMap(({ id, count }) => {
          endpoints.serve(id, now);
          return take(which(count).all({ endpointId: id, now }), now);
        });
      const ofTests = { slots: Math.min(slots, testSlots), failingSlots: 0 };
      const taken = takeShares(sharesOf(testCandidates.all({ now }), ofTests), tests);
      const order = { slots: slots - taken.length, failingSlots };
      return [...taken, ...takeShares(sharesOf(candidates.all({ now }), order), due)];
    },
    settle: (claimed, attempt, decide) => {
      const [known, endpoint] = [deliveries.find(claimed.id), endpoints.find(claimed.endpointId)];
      if (known === null || endpoint === null || known.claims !== claimed.claims) return null;
      const { attempts: _, ...delivery } = known;
      const settled = decide({ endpoint, delivery });
      deliveries.write(settled.delivery, known.claims);
      deliveries.log(claimed, keptOf(attempt, claimed, known));
      change(endpoint.id, () => settled.endpoint);
      return settled;
    },
    count: (environment, now) => waiting.get({ environment, now }) ?? { due: 0, sending: 0, later: 0 },
    prune: (madeBefore, limit) => remove(madeBefore, limit, endpoints.deleted()),
  };
}

function prepareStatements(db: Db) {
  const { endpointId, nextAt } = webhookDeliveries;
  const columns = getTableColumns(webhookDeliveries);
  const by = boundTo(columns);
  const isDue = lte(nextAt, sql`${sql.placeholder('now')}`);
  const ofEndpoint = eq(endpointId, by.endpointId);
  // Tests are few. With the + they are read along their own index, which has them in order.
  const ofTested = sql`+${ofEndpoint}`;
  const dueOf = (isOf: SQL, kind: SQL) =>
    perLimit((limit) =>
      prepareRows<WebhookDelivery>(
        db,
        columns,
        db
          .select()
          .from(webhookDeliveries)
          .where(and(isOf, kind, isDue))
          .orderBy(asc(nextAt))
          .limit(limit),
      ),
    );
  const client = db.$client;
  const candidatesBy = (text: string) => {
    const found = client.prepare<[{ now: number }], Omit<Candidate, 'isFailing'> & { isFailing: number }>(text);
    const all = ({ now }: { readonly now: number }): readonly Candidate[] =>
      found.all({ now }).map((row) => ({ ...row, isFailing: row.isFailing === 1 }));
    return { all };
  };
  const waiting = client.prepare<[{ environment: Environment; now: number }], WaitingWebhooks>(
    waitingSql('@environment', '@now'),
  );
  return {
    waiting,
    candidates: candidatesBy(candidatesSql('@now')),
    testCandidates: candidatesBy(testCandidatesSql('@now')),
    due: dueOf(ofEndpoint, isAwaitingTurn(webhookDeliveries)),
    tests: dueOf(ofTested, isAwaitedTest(webhookDeliveries)),
    remove: prepareRemoval(db),
  };
}

function prepareRemoval({ $client: client }: Db) {
  const old = client
    .prepare<[number, number], string>(
      "SELECT id FROM webhook_deliveries WHERE state <> 'PENDING' AND created_at < ? ORDER BY created_at LIMIT ?",
    )
    .pluck();
  // An endpoint that is off may stay so: what was asked for again meanwhile would wait for ever.
  const stranded = client
    .prepare<[number, number], string>(
      `SELECT d.id FROM webhook_endpoints e JOIN webhook_deliveries d ON d.endpoint_id = e.id
      WHERE NOT e.enabled AND d.state = 'PENDING' AND d.state <> 'DELIVERED' AND d.created_at < ? LIMIT ?`,
    )
    .pluck();
  const giveUp = client.prepare<[string]>(
    "UPDATE webhook_deliveries SET state = 'FAILED', leased = FALSE, next_at = NULL WHERE id = ?",
  );
  const ofEndpoint = client
    .prepare<[string, number], string>('SELECT id FROM webhook_deliveries WHERE endpoint_id = ? LIMIT ?')
    .pluck();
  const removeAttempts = client.prepare<[string]>('DELETE FROM webhook_attempts WHERE delivery_id = ?');
  const removeDelivery = client.prepare<[string]>('DELETE FROM webhook_deliveries WHERE id = ?');
  const removeEndpoint = client.prepare<[string, number]>(
    'DELETE FROM webhook_endpoints WHERE id = ? AND deleted_at < ?',
  );
  return (madeBefore: number, limit: number, deleted: readonly string[]): number => {
    for (const id of stranded.all(madeBefore, limit)) giveUp.run(id);
    const ids = new Set(old.all(madeBefore, limit));
    for (const endpoint of deleted) {
      const own = ofEndpoint.all(endpoint, Math.max(0, limit - ids.size));
      for (const id of own) ids.add(id);
      // Its row goes much later: an event that was being written while it was deleted may refer to it.
      if (own.length === 0 && ids.size < limit) removeEndpoint.run(endpoint, madeBefore);
    }
    for (const id of ids) {
      removeAttempts.run(id);
      removeDelivery.run(id);
    }
    return ids.size;
  };
}
