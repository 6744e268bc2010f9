import { describe, expect, test } from 'vitest';
import { all, bad, ended, endpoint, ok, settle } from './webhook-world.ts';
import { type OpenDatabase, start, type TestDatabase } from './world.ts';
import type { WrongState } from './wrong-state.ts';

/** Where the endpoints of a filled database are: one that is told of everything, and one that was deleted. */
const hookUrl = 'https://backend.example/hooks';

const goneUrl = 'https://gone.example/hooks';

const hook = (values: string, url = hookUrl) => `UPDATE webhook_endpoints SET ${values} WHERE url = '${url}'`;

const hookColumns = [
  'event_types',
  'enabled',
  'created_at',
  'faults',
  'failing_since',
  'secret',
  'served_at',
  'all_users',
].join(', ');

/** Adds an endpoint like the one that there is. */
const newHook = (owner: string, environment: string) =>
  `INSERT INTO webhook_endpoints (id, url, owner, environment, ${hookColumns})
  SELECT 'new', url, '${owner}', '${environment}', ${hookColumns} FROM webhook_endpoints WHERE url = '${hookUrl}'`;

const endpoints: readonly WrongState[] = [
  ['an endpoint that changes hands', hook("owner = 'bob'"), 'webhook_endpoints_fixed'],
  ['an endpoint that is told of all users’ jobs later', hook('all_users = TRUE'), 'webhook_endpoints_fixed'],
  ['an endpoint that moves to LIVE', hook("environment = 'LIVE'"), 'webhook_endpoints_fixed'],
  ['an endpoint of nobody', newHook('', 'TEST'), 'webhook_endpoints_owner'],
  ['an endpoint of an unknown environment', newHook('ana', 'PROD'), 'webhook_endpoints_environment'],
  ['an endpoint without an address', hook("url = ''"), 'webhook_endpoints_url'],
  ['an endpoint that is told of nothing', hook("event_types = ''"), 'webhook_endpoints_types'],
  ['an endpoint that is on with a reason to be off', hook("disabled_reason = 'a'"), 'webhook_endpoints_reason'],
  [
    'an endpoint that fails since no time',
    hook('faults = faults + 1, failing_since = NULL'),
    'webhook_endpoints_faults',
  ],
  ['an endpoint with fewer faults than none', hook('faults = -1, failing_since = 5'), 'webhook_endpoints_faults'],
  ['an endpoint without a secret', hook('secret = substr(secret, 1, 0)'), 'webhook_endpoints_secret'],
  ['a secret before a rotation that signs for ever', hook('previous_secret = secret'), 'webhook_endpoints_previous'],
  ['a deleted endpoint that is on', hook('deleted_at = 5'), 'webhook_endpoints_deleted'],
  ['a deleted endpoint that comes back', hook('deleted_at = NULL', goneUrl), 'webhook_endpoints_gone'],
  ['an endpoint that is gone before its log', `DELETE FROM webhook_endpoints WHERE url = '${hookUrl}'`, /foreign key/i],
];

const deliver = (values: string, where = 'tries >= 0') => `UPDATE webhook_deliveries SET ${values} WHERE ${where}`;

const deliveryColumns = ['endpoint_id', 'message_id', 'payload', 'tries', 'claims', 'leased', 'created_at'].join(', ');

/** Adds a delivery like that of the canceled job, which ended and is due never. */
const newDelivery = (type: string, job: string, budget = 'NULL') =>
  `INSERT INTO webhook_deliveries (id, state, type, job_id, budget_id, ${deliveryColumns})
  SELECT 'new', 'FAILED', ${type}, ${job}, ${budget}, ${deliveryColumns.replace('leased', 'FALSE')}
  FROM webhook_deliveries WHERE type = 'job.canceled'`;

const ofDeleted = `(SELECT id FROM webhook_endpoints WHERE url = '${goneUrl}')`;

const deliveries: readonly WrongState[] = [
  ['another body', deliver("payload = '{}'"), 'webhook_deliveries_body'],
  ['an event for another endpoint', deliver(`endpoint_id = ${ofDeleted}`), 'webhook_deliveries_fixed'],
  ['another event', deliver("type = 'job.failed'"), 'webhook_deliveries_fixed'],
  ['another webhook-id', deliver("message_id = 'msg_1'"), 'webhook_deliveries_fixed'],
  ['an unknown state', deliver("state = 'LOST'"), /webhook_deliveries_/],
  ['what is delivered and due', deliver("state = 'DELIVERED'", "state = 'PENDING'"), /webhook_deliveries_(due|lease)/],
  ['what waits for no time', deliver('next_at = NULL', "state = 'PENDING'"), 'webhook_deliveries_due'],
  ['what is sent after its end', deliver('leased = TRUE', "state = 'DELIVERED'"), 'webhook_deliveries_lease'],
  ['fewer attempts than none', deliver('tries = -1'), 'webhook_deliveries_counters'],
  ['what waits and is dropped', "DELETE FROM webhook_deliveries WHERE state = 'PENDING'", 'webhook_deliveries_kept'],
  ['one that is gone before its log', "DELETE FROM webhook_deliveries WHERE state = 'DELIVERED'", /foreign key/i],
  ['an event that is told twice', newDelivery('type', 'job_id'), /unique|duplicate/i],
  ['an event of no job', newDelivery('type', 'NULL'), 'webhook_deliveries_job'],
  ['a test about a job', newDelivery("'webhook.test'", 'job_id'), 'webhook_deliveries_job'],
  ['an event of no budget', newDelivery("'budget.reached'", 'NULL'), 'webhook_deliveries_budget'],
  ['an event of a budget about a job', newDelivery("'budget.reached'", 'job_id', "'/MONTH'"), 'webhook_deliveries_job'],
  ['an event of a job about a budget', newDelivery('type', 'job_id', "'/MONTH'"), 'webhook_deliveries_budget'],
  ['a test about a budget', newDelivery("'webhook.test'", 'NULL', "'/MONTH'"), 'webhook_deliveries_budget'],
  ['an event of another budget', deliver("budget_id = '/MONTH'"), 'webhook_deliveries_fixed'],
  ['an unknown event', newDelivery("'job.lost'", 'job_id'), 'webhook_deliveries_type'],
  ['an event of a job that does not exist', newDelivery('type', "'none'"), /foreign key/i],
];

const newAttempt = (number: string, durationMs: number, httpStatus: string) =>
  `INSERT INTO webhook_attempts (delivery_id, number, "at", duration_ms, http_status)
  SELECT delivery_id, ${number}, 1, ${durationMs}, ${httpStatus} FROM webhook_attempts`;

const attempts: readonly WrongState[] = [
  ['another status', 'UPDATE webhook_attempts SET http_status = 299', 'webhook_attempts_fixed'],
  ['another error', "UPDATE webhook_attempts SET error = 'It was closed.'", 'webhook_attempts_fixed'],
  ['another response', "UPDATE webhook_attempts SET response = 'No'", 'webhook_attempts_fixed'],
  ['another time', 'UPDATE webhook_attempts SET "at" = "at" + 1', 'webhook_attempts_fixed'],
  ['one that ended with nothing', newAttempt('99', 1, 'NULL'), 'webhook_attempts_outcome'],
  ['one that ended before it began', newAttempt('99', -1, '200'), 'webhook_attempts_duration'],
  ['a second one of the same claim', newAttempt('number', 1, '200'), /unique|duplicate/i],
];

/** Adds an endpoint that is told of the end of a job in every state, with attempts, and one that was deleted. */
export async function toldOfAll(database: TestDatabase): Promise<TestDatabase> {
  const { store } = database;
  await endpoint(store, { url: hookUrl });
  for (const life of ['completed', 'failed', 'canceled', 'late'] as const) await ended(store, life);
  const [taken, refused] = await store.claimWebhooks(all, start + 60_000);
  if (taken === undefined || refused === undefined) throw new Error('Nothing was due');
  await settle(store, taken, ok);
  await settle(store, refused, bad);
  const gone = await endpoint(store, { url: goneUrl });
  await store.deleteWebhookEndpoint(gone.id, start);
  return database;
}

/** Attempts each wrong state of webhooks past the store. One database serves all, because a refused attempt changes nothing. */
export function describeWrongWebhooks(name: string, openTold: OpenDatabase): void {
  const states = { endpoints, deliveries, attempts };
  describe.each(Object.entries(states))(`${name} refuses among the %s of webhooks`, (_, wrong) => {
    test.each(wrong)('%s', async (_what, statements, refusedBy) => {
      const { run } = await openTold();
      await expect(run(statements)).rejects.toThrow(refusedBy);
    });
  });
}
