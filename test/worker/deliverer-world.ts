import { onTestFinished } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { createWebhookSender, type WebhookSenderOptions } from '../../src/adapter/webhook/sender.ts';
import { createWebhookSecrets } from '../../src/credential/webhook-secret.ts';
import { newDeliveryOf, type WebhookEndpoint } from '../../src/domain/webhook.ts';
import type { Clock, Store } from '../../src/ports.ts';
import { createDeliverer } from '../../src/worker/deliverer.ts';
import { ended, endpoint } from '../store/contract/webhook-world.ts';
import { newId, start } from '../store/contract/world.ts';
import { createMemoryLog } from '../world/log.ts';

type WorldOptions = Pick<WebhookSenderOptions, 'totalMs' | 'lookup'> & {
  readonly timers?: Pick<Clock, 'after'>;
  /** A database in memory, unless it is given. */
  readonly given?: Store;
};

/** Nodes that share a database, with real requests. `pass` advances their clock. */
export function openWorld({ timers, given, ...options }: WorldOptions = {}) {
  const system = createSystemClock();
  const begunAt = system.monotonic();
  // The jobs of these tests end at `start`.
  let shiftMs = 0;
  const clock = { ...system, ...timers, now: () => Math.round(start + shiftMs + system.monotonic() - begunAt) };
  const store = given ?? openSqliteStore({ file: ':memory:', newId, exclusive: true });
  if (given === undefined) onTestFinished(() => store.close());
  const bell = createLocalBell();
  const log = createMemoryLog();
  const secrets = createWebhookSecrets({ keys: [], databaseSecret: new Uint8Array(32) });
  const openSender = () =>
    createWebhookSender({ allowedHosts: [], loopbackInTest: true, clock, version: '1', ...options });
  function openNode(sender = openSender(), own = store) {
    const deliverer = createDeliverer({ store: own, bell, clock, log, sender, secrets });
    onTestFinished(async () => {
      const stopping = deliverer.stop();
      await sender.close();
      await stopping;
    });
    return deliverer;
  }
  async function endpointAt(url: string, parts: Partial<WebhookEndpoint> = {}) {
    const id = newId();
    const { shown, sealed } = secrets.create(id);
    return { ...(await endpoint(store, { id, url, secret: sealed, ...parts })), shown };
  }
  /** Queues deliveries, due since an instant long ago. */
  async function queue(to: WebhookEndpoint, count: number) {
    const job = await ended(store, 'canceled', to);
    for (let made = 1; made < count; made += 1) {
      const other = await ended(store, 'canceled', { owner: `nobody-${made % 50}`, environment: 'TEST' });
      const webhook = { id: newId(), messageId: `msg_${made}`, type: 'job.canceled', jobId: other.id } as const;
      await store.addWebhookDelivery(newDeliveryOf(to, { ...webhook, payload: '{}', createdAt: job.createdAt }));
    }
  }
  const pass = (ms: number) => {
    shiftMs += ms;
  };
  return { clock, pass, store, bell, log, openSender, openNode, endpointAt, queue };
}
