import { expect, test } from 'vitest';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { attemptLeaseMs } from '../../src/domain/webhook-schedule.ts';
import type { Clock } from '../../src/ports.ts';
import { addTest, all, deliveriesOf } from '../store/contract/webhook-world.ts';
import { ana, bob } from '../store/contract/world.ts';
import { openReceiver, signatureOf } from '../webhook/world.ts';
import { openWorld } from './deliverer-world.ts';

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

const days = 24 * 60 * 60_000;

test('deliveries are removed 30 days after their event, once they have ended', async () => {
  const { pass, store, openNode, endpointAt, queue } = openWorld();
  const receiver = await openReceiver();
  const mine = await endpointAt(receiver.url);
  await queue(mine, 1);
  const node = openNode();
  await node.round();
  await node.idle();
  pass(30 * days - 60_000);
  expect(await node.prune()).toBe(0);
  pass(60_000);
  expect(await node.prune()).toBe(1);
  expect(await deliveriesOf(store, mine)).toEqual([]);
});

test('one that still waits for a receiver is kept, however old it is', async () => {
  const { pass, openNode, endpointAt, queue } = openWorld();
  await queue(await endpointAt('http://127.0.0.1:9999/'), 1);
  const node = openNode();
  pass(31 * days);
  expect(await node.prune()).toBe(0);
});

test('a node removes old deliveries every ten minutes', async () => {
  const { after } = createSystemClock();
  const waits = new Set<number>();
  const timers: Pick<Clock, 'after'> = {
    after: (ms, callback) => {
      waits.add(ms);
      return after(ms >= 600_000 ? 20 : ms, callback);
    },
  };
  const { pass, store, openNode, endpointAt, queue } = openWorld({ timers });
  const receiver = await openReceiver();
  const mine = await endpointAt(receiver.url);
  await queue(mine, 1);
  openNode().start();
  await expect.poll(async () => (await deliveriesOf(store, mine))[0]?.state).toBe('DELIVERED');
  pass(31 * days);
  await expect.poll(() => deliveriesOf(store, mine)).toEqual([]);
  expect(waits).toContain(10 * 60_000);
});
