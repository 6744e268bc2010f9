import type { WebhookDelivery } from '../domain/webhook.ts';
import { attemptEnded, deliveriesKeptMs, type EndedAttempt, type WebhookPair } from '../domain/webhook-schedule.ts';
import { every } from '../lib/every.ts';
import { createLogLimit, type LogLimit } from '../lib/log-limit.ts';
import { withTimeout } from '../lib/timeout.ts';
import {
  deliveryTopic,
  type WebhookRecords,
  type WebhookSecrets,
  type WebhookSender,
  webhookTopic,
} from '../ports/webhook.ts';
import type { Bell, Clock, Log, Store } from '../ports.ts';

/** What a deliverer needs. */
export type DelivererDeps = {
  readonly store: Pick<Store, keyof WebhookRecords>;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly log: Log;
  readonly sender: Pick<WebhookSender, 'send'>;
  readonly secrets: Pick<WebhookSecrets, 'sign'>;
};

/** An attempt, and the share of a node's requests that it counts against. */
type UnderWay = { readonly isTest: boolean; readonly isFailing: boolean; readonly ended: Promise<void> };

/** Sends the webhooks that are due, and removes old ones. */
export interface Deliverer {
  /** Runs rounds until stopped: after a ring, after each attempt, and every second. */
  start(): void;
  /** Claims due deliveries, as many as may run, and starts their attempts. Does not wait for them. */
  round(): Promise<void>;
  /** Fulfils when no attempt is under way. */
  idle(): Promise<void>;
  /** Removes deliveries that are older than 30 days, or of deleted endpoints. */
  prune(): Promise<number>;
  /** Claims nothing more; fulfils when the attempts under way have ended, after 12 s at most. The rest falls due again. */
  stop(): Promise<void>;
}

/** How many requests a node has under way. Endpoints whose last attempt failed share half of them: they delay nobody. */
const attemptsPerNode = 256;

const failingAttemptsPerNode = 128;

/** Tests have a share of their own: however many are asked for, at receivers that hang, they delay no event. */
const testsPerNode = 32;

/** Retries fall due without a ring. */
const idleMs = 1000;

const pruneMs = 10 * 60_000;

const prunedAtOnce = 500;

const drainMs = 12_000;

const unsealed =
  'The secret of this endpoint cannot be read: its key is no longer set. Rotate the secret, or ask the operator.';

/**
 * The deliverer of a node, for both environments. Every node may run one.
 *
 *   due row ── claim: leased ──► POST ──► settle: the attempt is logged; DELIVERED, due again later, or FAILED
 *      ▲                          │
 *      └── lease ran out ─────────┘ the node died: the same webhook is sent again, under the same id
 */
export function createDeliverer(deps: DelivererDeps): Deliverer {
  const { store, bell, clock, log } = deps;
  const mayLog = createLogLimit(clock);
  const deliver = createDeliver(deps, mayLog);
  const underWay = new Map<string, UnderWay>();
  const stops: (() => void)[] = [];
  let isStarted = false;
  let isStopped = false;
  let running = false;
  let rung = false;
  let current: Promise<void> = Promise.resolve();
  let pruning: Promise<unknown> = Promise.resolve();

  const fail = (message: string) => (error: unknown) => {
    if (mayLog(message)) log.error({ err: error }, message);
  };

  function begin(pair: WebhookPair): void {
    const key = keyOf(pair.delivery);
    const ended = deliver(pair)
      .catch(fail('What became of a webhook could not be stored; it is sent again.'))
      .then(() => {
        underWay.delete(key);
        wake();
      });
    const isTest = pair.delivery.type === 'webhook.test';
    underWay.set(key, { isTest, isFailing: !isTest && pair.endpoint.failingSince !== null, ended });
  }

  async function round(): Promise<void> {
    if (isStopped) return;
    const now = [...underWay.values()];
    const order = {
      slots: attemptsPerNode - now.length,
      failingSlots: failingAttemptsPerNode - now.filter(({ isFailing }) => isFailing).length,
      testSlots: testsPerNode - now.filter(({ isTest }) => isTest).length,
    };
    for (const pair of await store.claimWebhooks(order, clock.now())) begin(pair);
  }

  function wake(): void {
    rung = true;
    if (isStarted && !running && !isStopped) current = run();
  }

  async function run(): Promise<void> {
    running = true;
    while (rung && !isStopped) {
      // Attempts that end in the same turn wake the deliverer only once.
      await Promise.resolve();
      rung = false;
      await round().catch(fail('The deliverer could not claim due webhooks; it tries again.'));
    }
    running = false;
  }

  async function prune(): Promise<number> {
    let removed = 0;
    for (let count = prunedAtOnce; count === prunedAtOnce && !isStopped; removed += count)
      count = await store.pruneWebhooks(clock.now() - deliveriesKeptMs, prunedAtOnce);
    return removed;
  }

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all([...underWay.values()].map(({ ended }) => ended));
  }

  return {
    round,
    idle,
    prune,
    start() {
      isStarted = true;
      const pruneOnce = () => {
        pruning = prune().catch(fail('Old webhooks could not be removed.'));
      };
      stops.push(bell.listen(webhookTopic, wake), every(clock, idleMs, wake), every(clock, pruneMs, pruneOnce));
      wake();
    },
    async stop() {
      isStopped = true;
      for (const stop of stops) stop();
      await withTimeout(Promise.all([current, pruning]).then(idle), drainMs, clock);
    },
  };
}

/** Creates the function that makes one attempt and stores what came of it. */
function createDeliver(
  { store, bell, clock, log, sender, secrets }: DelivererDeps,
  mayLog: LogLimit,
): (pair: WebhookPair) => Promise<void> {
  async function attempt({ endpoint, delivery }: WebhookPair): Promise<EndedAttempt | null> {
    const at = clock.now();
    const headers = secrets.sign(endpoint, { id: delivery.messageId, at, body: delivery.payload });
    if (headers === null) {
      if (mayLog(endpoint.id))
        log.error({ endpointId: endpoint.id }, 'The secret of a webhook endpoint was encrypted with another key.');
      return { at, durationMs: 0, httpStatus: null, error: unsealed, response: null, retryAfterMs: null };
    }
    return sender.send({ url: endpoint.url, environment: endpoint.environment, headers, body: delivery.payload });
  }

  return async (pair) => {
    const ended = await attempt(pair);
    // It falls due again when its lease runs out.
    if (ended === null) return;
    const { retryAfterMs: _, ...logged } = ended;
    const settled = await store.settleWebhook(pair.delivery, logged, (now) =>
      attemptEnded(now, { ...ended, url: pair.endpoint.url }, clock.now(), clock.random()),
    );
    if (settled !== null && pair.endpoint.enabled && !settled.endpoint.enabled)
      log.warn(
        { endpointId: pair.endpoint.id, reason: settled.endpoint.disabledReason },
        'A webhook endpoint was switched off.',
      );
    bell.ring([deliveryTopic(pair.delivery.id)]);
  };
}

function keyOf({ id, claims }: WebhookDelivery): string {
  return `${id} ${claims}`;
}
