import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openConnections } from '../../../src/adapter/store/postgres/engine/connections.ts';
import { applyPending } from '../../../src/adapter/store/postgres/open.ts';
import { createPostgresStore } from '../../../src/adapter/store/postgres/store.ts';
import type { Store } from '../../../src/ports.ts';
import { addTest, all, deliveriesOf, ended, endpoint } from '../../store/contract/webhook-world.ts';
import { ana, first, newId, start } from '../../store/contract/world.ts';
import { openReceiver } from '../../webhook/world.ts';
import { openWorld } from '../../worker/deliverer-world.ts';
import { hasPostgres, type PostgresServer, startPostgres } from '../world/postgres.ts';

describe.runIf(hasPostgres)('webhooks of several nodes on one PostgreSQL (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  /** Stores on one empty database, each with its own connections. */
  async function openStores(count: number): Promise<readonly [Store, ...Store[]]> {
    const url = await server.newDatabase();
    await applyPending(url);
    const open = () => createPostgresStore(openConnections(url), { newId, clock: 'given' });
    const stores = [await open(), ...(await Promise.all(Array.from({ length: count - 1 }, open)))] as const;
    onTestFinished(() => Promise.all(stores.map((store) => store.close())).then(() => undefined));
    return stores;
  }

  test('each is sent once by whichever node is first, and no endpoint has more than four open over all nodes', async () => {
    const stores = await openStores(4);
    const [store] = stores;
    const { openNode, endpointAt } = openWorld({ given: store });
    const receivers = await Promise.all(
      Array.from({ length: 3 }, () =>
        openReceiver((_, response) => void setTimeout(() => void response.writeHead(204).end(), 20)),
      ),
    );
    const endpoints = await Promise.all(
      receivers.map(({ url }, index) => endpointAt(url, { owner: index === 2 ? 'op' : 'ana', allUsers: index === 2 })),
    );
    const nodes = stores.map((own) => openNode(undefined, own));
    for (const node of nodes) node.start();
    const events = 48;
    await Promise.all(
      stores.map(async (own) => {
        for (let count = 0; count < events / stores.length; count += 1) await ended(own, 'canceled');
      }),
    );
    const waiting = async () => (await store.countWebhooks('TEST', start + 86_400_000)).due;
    await expect.poll(waiting).toBe(0);
    for (const node of nodes) await node.idle();
    for (const [index, receiver] of receivers.entries()) {
      const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
      expect([ids.length, new Set(ids).size]).toEqual([events, events]);
      expect(receiver.open().most).toBeLessThanOrEqual(4);
      const id = endpoints[index]?.id ?? '';
      const { items } = await store.listWebhookDeliveries(id, 'DELIVERED', first(100));
      expect(items.map(({ claims, attempts }) => [claims, attempts.length])).toEqual(items.map(() => [1, 1]));
      expect(items).toHaveLength(events);
    }
  });

  test('claims at once over all nodes give each delivery to one, and an endpoint four of its events and four tests', async () => {
    const stores = await openStores(4);
    const [store] = stores;
    const [busy, tested] = [await endpoint(store), await endpoint(store, { owner: 'bob' })];
    for (let count = 0; count < 20; count += 1) {
      await ended(store, 'canceled', ana);
      await addTest(store, tested);
    }
    const claims = (await Promise.all([...stores, ...stores].map((each) => each.claimWebhooks(all, start)))).flat();
    const countOf = (id: string) => claims.filter(({ delivery }) => delivery.endpointId === id).length;
    expect([countOf(busy.id), countOf(tested.id)]).toEqual([4, 4]);
    expect(new Set(claims.map(({ delivery }) => delivery.id)).size).toBe(8);
    expect((await deliveriesOf(store, tested)).filter(({ leased }) => leased)).toHaveLength(4);
  });
});
