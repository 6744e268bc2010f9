import type { Mutant } from '../mutant.ts';

const schedule = 'src/domain/webhook-schedule.ts';

const deliverer = 'src/worker/deliverer.ts';

const deliveries = 'src/adapter/store/sqlite/webhook-deliveries.ts';

const webhookStore = 'src/adapter/store/sqlite/webhooks.ts';

/** Mistakes on the way of an event to a receiver. */
export const webhooks: readonly Mutant[] = [
  {
    name: 'claims a webhook for ever',
    file: schedule,
    find: 'leased: true, nextAt: now + attemptLeaseMs };',
    replace: 'leased: true, nextAt: now + 1000 * attemptLeaseMs };',
  },
  {
    name: 'takes any answer of a receiver for a yes',
    file: schedule,
    find: 'const isSuccess = attempt.error === null;',
    replace: 'const isSuccess = attempt.httpStatus !== null;',
  },
  {
    name: 'gives a webhook up after its first failure',
    file: schedule,
    find: 'const waitMs = attemptWaitsMs[tries];',
    replace: 'const waitMs = attemptWaitsMs[tries + attemptWaitsMs.length];',
  },
  {
    name: 'drops what happens while an endpoint is off',
    file: deliveries,
    find: 'for (const endpoint of told) statements.insert(newDeliveryOf(endpoint, { ...made, id: newId() }));',
    replace:
      'for (const endpoint of told) if (endpoint.enabled) statements.insert(newDeliveryOf(endpoint, { ...made, id: newId() }));',
  },
  {
    name: 'ends a job though its webhook could not be stored',
    file: deliveries,
    find: 'for (const endpoint of told) statements.insert(newDeliveryOf(endpoint, { ...made, id: newId() }));',
    replace: `for (const endpoint of told) {
        try {
          statements.insert(newDeliveryOf(endpoint, { ...made, id: newId() }));
        } catch {
          continue;
        }
      }`,
  },
  {
    name: 'settles a webhook that another node has claimed since',
    file: webhookStore,
    find: 'known.claims !== claimed.claims',
    replace: 'known.claims < claimed.claims',
  },
  {
    name: 'judges a new address by what the old one answers',
    file: schedule,
    find: 'if (url === pair.endpoint.url) return ended;',
    replace: 'if (url.length > 0) return ended;',
  },
  {
    name: 'never sends a webhook again without a ring',
    file: deliverer,
    find: 'every(clock, idleMs, wake), ',
    replace: '',
  },
].map((mutant) => ({ ...mutant, kind: 'webhooks' as const }));
