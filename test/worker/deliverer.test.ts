import { expect, onTestFinished, test } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { createWebhookSender, type WebhookSenderOptions } from '../../src/adapter/webhook/sender.ts';
import { createWebhookSecrets } from '../../src/credential/webhook-secret.ts';
import { newDeliveryOf, type WebhookEndpoint } from '../../src/domain/webhook.ts';
import { attemptLeaseMs, deliveriesKeptMs } from '../../src/domain/webhook-schedule.ts';
import { createDeliverer } from '../../src/worker/deliverer.ts';
import { addTest, all, deliveriesOf, ended, endpoint } from '../store/contract/webhook-world.ts';
import { ana, bob, newId, start } from '../store/contract/world.ts';
import { openReceiver, signatureOf } from '../webhook/world.ts';
import { createMemoryLog } from '../world/log.ts';

/** Nodes that share a database, with real requests. */
function openWorld(options: Pick<WebhookSenderOptions, 'totalMs' | 'lookup'> = {}) {
  const system = createSystemClock();
  const begunAt = system.monotonic();
  // The jobs of these tests end at `start`.
  const clock = { ...system, now: () => Math.round(start + system.monotonic() - begunAt) };
  const store = openSqliteStore({ file: ':memory:', newId, exclusive: true });
  onTestFinished(() => store.close());
  const bell = createLocalBell();
  const log = createMemoryLog();
  const secrets = createWebhookSecrets({ keys: [], databaseSecret: new Uint8Array(32) });
  const openSender = () =>
    createWebhookSender({ allowedHosts: [], loopbackInTest: true, clock, version: '1', ...options });
  function openNode(sender = openSender()) {
    const deliverer = createDeliverer({ store, bell, clock, log, sender, secrets });
    onTestFinished(async () => {
      await sender.close();
      await deliverer.stop();
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
  return { clock, store, bell, log, openSender, openNode, endpointAt, queue };
}

test('a due delivery is sent, signed, and logged', async () => {
  const { store, openNode, endpointAt, queue } = openWorld();
  const receiver = await openReceiver();
  const mine = await endpointAt(receiver.url);
  await queue(mine, 1);
  const node = openNode();
  await node.round();
  await node.idle();
  const [received] = receiver.received;
  if (received === undefined) throw new Error('Nothing came');
  expect(received.headers['webhook-signature']).toBe(signatureOf(mine.shown, received));
  expect(JSON.parse(received.body)).toMatchObject({ type: 'job.canceled' });
  expect(await deliveriesOf(store, mine)).toMatchObject([{ state: 'DELIVERED', attempts: [{ httpStatus: 200 }] }]);
});

test('a dead endpoint with 1,000 queued to it delays nobody: others are told while it hangs, and it holds four requests', async () => {
  const { store, openNode, endpointAt, queue } = openWorld();
  const dead = await openReceiver(() => undefined);
  const well = await openReceiver();
  const first = await endpointAt(dead.url);
  await queue(first, 1000);
  const second = await endpointAt(well.url, bob);
  const nodes = [openNode(), openNode()];
  for (const node of nodes) node.start();
  await expect.poll(() => dead.received.length).toBe(4);
  await queue(second, 20);
  await expect.poll(() => well.received.length).toBe(20);
  expect(dead.received).toHaveLength(4);
  expect(dead.open()).toEqual({ now: 4, most: 4 });
  expect(well.open().most).toBeLessThanOrEqual(4);
  const ids = well.received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(20);
  const sent = (await deliveriesOf(store, second)).filter(({ state }) => state === 'DELIVERED');
  expect(sent.length).toBeGreaterThan(15);
});

test('200 dead endpoints leave room for the one that answers', async () => {
  const { openNode, endpointAt, queue } = openWorld();
  const dead = await openReceiver(() => undefined);
  const failing = { faults: 1, failingSince: 1 };
  for (let count = 0; count < 200; count += 1)
    await queue(await endpointAt(dead.url, { owner: `dead-${count}`, ...failing }), 1);
  const node = openNode();
  node.start();
  await expect.poll(() => dead.received.length).toBe(128);
  const well = await openReceiver();
  await queue(await endpointAt(well.url, ana), 3);
  await expect.poll(() => well.received.length).toBe(3);
  expect(dead.open().most).toBe(128);
});

test('a name that is never looked up delays nobody, though 1,000 wait for it', async () => {
  // As the system has it: two lookups at a time, and one without an answer keeps its place.
  let places = 2;
  const { openNode, endpointAt, queue } = openWorld({
    lookup: (host, _options, callback) => {
      if (places === 0) return;
      places -= 1;
      if (host !== 'well.example') return;
      places += 1;
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    },
  });
  await queue(await endpointAt('http://slow.example/'), 1000);
  openNode().start();
  await expect.poll(() => places).toBe(1);
  const well = await openReceiver();
  await queue(await endpointAt(`http://well.example:${well.port}/`, bob), 20);
  await expect.poll(() => well.received.length).toBe(20);
  expect(places).toBe(1);
});

test('300 tests at receivers that hang leave room for events', async () => {
  const { store, openNode, endpointAt, queue } = openWorld();
  const dead = await openReceiver(() => undefined);
  for (let owner = 0; owner < 15; owner += 1) {
    const tested = await endpointAt(dead.url, { owner: `tester-${owner}` });
    for (let count = 0; count < 20; count += 1) await addTest(store, tested);
  }
  const node = openNode();
  node.start();
  await expect.poll(() => dead.received.length).toBe(32);
  const well = await openReceiver();
  await queue(await endpointAt(well.url, bob), 20);
  await expect.poll(() => well.received.length).toBe(20);
  expect(dead.open().most).toBe(32);
});

test('410 of an address that the endpoint has no longer does not switch the new one off', async () => {
  const { store, openNode, endpointAt, queue } = openWorld();
  const [old, well] = [await openReceiver(() => undefined), await openReceiver()];
  const mine = await endpointAt(old.url);
  await queue(mine, 1);
  old.answer = (_, response) => {
    store
      .changeWebhookEndpoint(mine.id, (known) => ({ ...known, url: well.url }))
      .then(() => response.writeHead(410).end(), response.destroy);
  };
  const node = openNode();
  node.start();
  await expect.poll(() => well.received.length).toBe(1);
  expect(old.received).toHaveLength(1);
  expect(await store.findWebhookEndpoint(mine.id)).toMatchObject({ enabled: true, disabledReason: null });
});

test('an endpoint whose secret cannot be read fails with a sentence, and nothing is sent', async () => {
  const { store, log, openNode, endpointAt, queue } = openWorld();
  const receiver = await openReceiver();
  const mine = await endpointAt(receiver.url, { secret: new Uint8Array(60) });
  await queue(mine, 1);
  const node = openNode();
  await node.round();
  await node.idle();
  const [delivery] = await deliveriesOf(store, mine);
  expect(delivery?.attempts).toMatchObject([{ httpStatus: null, error: expect.stringContaining('secret') }]);
  expect(delivery?.state).toBe('PENDING');
  expect(receiver.received).toEqual([]);
  expect(log.messages()).toContain('The secret of a webhook endpoint was encrypted with another key.');
});

test('a node that stops claims nothing more, and what it had falls due again', async () => {
  const { store, clock, openNode, endpointAt, queue } = openWorld({ totalMs: 300 });
  const silent = await openReceiver(() => undefined);
  const mine = await endpointAt(silent.url);
  await queue(mine, 9);
  const node = openNode();
  node.start();
  await expect.poll(() => silent.received.length).toBeGreaterThan(3);
  await node.stop();
  const count = silent.received.length;
  await node.round();
  expect(silent.received).toHaveLength(count);
  expect(await store.claimWebhooks(all, clock.now() + attemptLeaseMs)).toHaveLength(4);
});

test('what a node that stops cuts off costs the receiver no attempt', async () => {
  const { store, clock, openSender, openNode, endpointAt, queue } = openWorld();
  const silent = await openReceiver(() => undefined);
  const mine = await endpointAt(silent.url);
  await queue(mine, 1);
  const sender = openSender();
  const node = openNode(sender);
  node.start();
  await expect.poll(() => silent.received.length).toBe(1);
  await sender.close();
  await node.idle();
  expect(await deliveriesOf(store, mine)).toMatchObject([{ state: 'PENDING', tries: 0, attempts: [] }]);
  expect(await store.findWebhookEndpoint(mine.id)).toMatchObject({ faults: 0 });
  expect(await store.claimWebhooks(all, clock.now() + attemptLeaseMs)).toHaveLength(1);
});

test('deliveries are removed 30 days after their event, once they have ended', async () => {
  const { store, openNode, endpointAt, queue } = openWorld();
  const receiver = await openReceiver();
  const mine = await endpointAt(receiver.url);
  await queue(mine, 1);
  const node = openNode();
  expect(await node.prune()).toBe(0);
  await node.round();
  await node.idle();
  const [delivery] = await deliveriesOf(store, mine);
  const madeAt = delivery?.createdAt ?? 0;
  expect(await store.pruneWebhooks(madeAt, 10)).toBe(0);
  expect(await store.pruneWebhooks(madeAt + deliveriesKeptMs, 10)).toBe(1);
});
