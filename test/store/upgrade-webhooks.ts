import { expect } from 'vitest';
import { newDeliveryOf } from '../../src/domain/webhook.ts';
import { budgetIdOf } from '../../src/ports/budget.ts';
import type { Store } from '../../src/ports.ts';
import { set } from './contract/budget-history.ts';
import { admissionOf, ana, first, newId, start } from './contract/world.ts';

/** How many migrations an engine had before deliveries could be of budgets. */
export const beforeBudgets = { sqlite: 15, postgres: 11 } as const;

const delivery = (id: string, type: string, state: string) =>
  `INSERT INTO webhook_deliveries (id, endpoint_id, message_id, type, job_id, state, payload, tries, claims, leased, next_at, created_at)
  SELECT '${id}', 'e1', 'msg_${id}', '${type}', ${type === 'webhook.test' ? 'NULL' : 'id'}, '${state}', '{"body":"${id}"}', 1, 1, FALSE,
    ${state === 'PENDING' ? start : 'NULL'}, ${start}
  FROM jobs WHERE state = 'COMPLETED' AND owner = 'ana';`;

/** Statements that add an endpoint, a delivery in each state with its attempt, and a test to a database of 0.1.0. */
export const oldWebhooks = (secret: string) => `
INSERT INTO webhook_endpoints (id, owner, environment, all_users, url, event_types, enabled, created_at, faults, secret, served_at)
  VALUES ('e1', 'ana', 'TEST', FALSE, 'https://backend.example/hooks', 'job.completed job.failed', TRUE, ${start}, 0, ${secret}, 0);
${delivery('d1', 'job.completed', 'DELIVERED')}
${delivery('d2', 'job.failed', 'FAILED')}
${delivery('d3', 'video.stored', 'PENDING')}
${delivery('d4', 'webhook.test', 'FAILED')}
INSERT INTO webhook_attempts (delivery_id, number, "at", duration_ms, http_status, response)
  SELECT id, 1, ${start}, 5, 200, 'thanks' FROM webhook_deliveries;`;

/** Checks that each delivery is as it was, with its attempt, and that events of budgets find their place beside them. */
export async function expectDeliveries(store: Store, run: (statement: string) => Promise<unknown>): Promise<void> {
  const list = async () => (await store.listWebhookDeliveries('e1', null, first(10))).items;
  expect(
    (await list()).map(({ id, type, jobId, budgetId, state, payload, attempts }) => [
      id,
      type,
      jobId !== null,
      budgetId,
      state,
      payload,
      attempts.map(({ response }) => response),
    ]),
  ).toEqual([
    ['d4', 'webhook.test', false, null, 'FAILED', '{"body":"d4"}', ['thanks']],
    ['d3', 'video.stored', true, null, 'PENDING', '{"body":"d3"}', ['thanks']],
    ['d2', 'job.failed', true, null, 'FAILED', '{"body":"d2"}', ['thanks']],
    ['d1', 'job.completed', true, null, 'DELIVERED', '{"body":"d1"}', ['thanks']],
  ]);
  for (const [statement, guard] of [
    ["UPDATE webhook_deliveries SET payload = '{}' WHERE id = 'd1'", 'webhook_deliveries_body'],
    ["UPDATE webhook_deliveries SET message_id = 'msg' WHERE id = 'd1'", 'webhook_deliveries_fixed'],
    ["DELETE FROM webhook_deliveries WHERE id = 'd3'", 'webhook_deliveries_kept'],
    ["DELETE FROM webhook_deliveries WHERE id = 'd1'", /foreign key/i],
  ] as const)
    await expect(run(statement)).rejects.toThrow(guard);

  // An endpoint of before is notified of what it was notified of before.
  await set(store, { ...ana, period: 'TOTAL' }, 470);
  expect(await store.admit(admissionOf())).toMatchObject({ kind: 'budgetExceeded', isFirst: true });
  const endpoint = await store.findWebhookEndpoint('e1');
  if (endpoint === null) throw new Error('The endpoint is gone');
  expect(endpoint.eventTypes).toEqual(['job.completed', 'job.failed']);
  expect(await list()).toHaveLength(4);
  const budgetId = budgetIdOf({ ...ana, period: 'TOTAL' });
  const made = { id: newId(), messageId: 'msg_b', jobId: null, budgetId, payload: '{}', createdAt: start };
  await store.addWebhookDelivery(newDeliveryOf(endpoint, { ...made, type: 'budget.reached' }));
  expect(await store.findWebhookDelivery(made.id)).toMatchObject({
    type: 'budget.reached',
    budgetId,
    state: 'PENDING',
  });
}
