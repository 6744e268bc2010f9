import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openConnections } from '../../../src/adapter/store/postgres/engine/connections.ts';
import { generate } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, type TestGateway, tokenOf } from '../../world/gateway.ts';
import { openTestProvider, type TestProvider } from '../../world/provider.ts';
import { settingsFor } from '../crash/world.ts';
import { openHangingProxy } from '../world/hanging-proxy.ts';
import { hasNetworkSpaces, type NetworkSpace, openNetworkSpace } from '../world/network-space.ts';
import { hasPostgres, type PostgresServer, query, startPostgres } from '../world/postgres.ts';

vi.setConfig({ testTimeout: 240_000 });

/** The servers' own bounds are 11 s and 15 s; a start waits 20 s. */
const soonMs = 20_000;

const otherServes = 'Another Reelgate node serves this database';

async function openServer(options: Parameters<typeof startPostgres>[0] = {}): Promise<PostgresServer> {
  const server = await startPostgres(options);
  onTestFinished(server.stop);
  return server;
}

/** A node with a LIVE provider of its own. */
type Node = TestGateway & { readonly provider: TestProvider };

/** Starts a node, killed after the test. */
async function startNode(databaseUrl: string, there?: NetworkSpace): Promise<Node> {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const provider = await openTestProvider();
  onTestFinished(provider.close);
  const settings = { ...settingsFor(provider), DATABASE_URL: databaseUrl };
  const place = { HOST: there?.address ?? '', PORT: '4000', PUBLIC_URL: `http://${there?.address}:4000` };
  const gateway = await (there === undefined
    ? startGateway(folder.path, settings)
    : startGateway(folder.path, { ...settings, ...place }, { node: there.node }));
  onTestFinished(gateway.kill);
  return { ...gateway, provider };
}

/** Waits until a node's log has the words, and its health check says that it is not ready. */
async function expectStopped(node: TestGateway, words: string): Promise<void> {
  await vi.waitFor(() => expect(node.output()).toContain(words), { timeout: soonMs * 2 });
  expect((await fetch(`${node.url}/readyz`)).status).toBe(503);
}

describe.runIf(hasPostgres)(
  'a connection to PostgreSQL that falls silent (needs the Debian package postgresql)',
  () => {
    test.runIf(hasNetworkSpaces)(
      'without FIN or RST, because a node’s network is gone: another node takes over within 20 s, and the first says so once it is back',
      async () => {
        const folder = await makeFolder();
        onTestFinished(folder.remove);
        const space = openNetworkSpace(folder.path);
        const { hostAddress, network } = space;
        const server = await openServer({ listen: `127.0.0.1,${hostAddress}`, trusted: network });
        const url = await server.newDatabase();
        const first = await startNode(url.replace('127.0.0.1', hostAddress), space);
        expect((await fetch(`${first.url}/readyz`)).status).toBe(200);

        space.cut();
        const cutAt = performance.now();
        const second = await startNode(url);
        expect(performance.now() - cutAt).toBeLessThan(soonMs);
        expect(second.output()).toContain('Waiting for another Reelgate node to stop');
        await vi.waitFor(() => expect(first.output()).toContain("The database's time could not be read"), {
          timeout: soonMs * 2,
        });

        space.mend();
        await expectStopped(first, otherServes);
        expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
      },
    );

    test('behind a proxy that hangs, whose machine responds to keepalives: another node takes over within 20 s', async () => {
      const server = await openServer();
      const url = await server.newDatabase();
      const proxy = await openHangingProxy(server.port);
      const first = await startNode(url.replace(`:${server.port}/`, `:${proxy.port}/`));

      proxy.hang();
      const hungAt = performance.now();
      const second = await startNode(url);
      expect(performance.now() - hungAt).toBeLessThan(soonMs);
      await vi.waitFor(() => expect(first.output()).toContain("The database's time could not be read"), {
        timeout: soonMs * 3,
      });

      proxy.resume();
      await expectStopped(first, otherServes);
      await request(first, generate, { input: { prompt: 'a lake' } }, await tokenOf('ada'));
      await vi.waitFor(() => expect(second.provider.submissions).toHaveLength(1), { timeout: soonMs });
      expect(first.provider.submissions).toEqual([]);
      expect(first.output()).toContain('could not claim due jobs');
      expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
      await second.stop();
      await vi.waitFor(async () => expect((await fetch(`${first.url}/readyz`)).status).toBe(200), { timeout: soonMs });
    });

    test('while a proxy hangs, a node still stops on SIGTERM', async () => {
      const server = await openServer();
      const url = await server.newDatabase();
      const proxy = await openHangingProxy(server.port);
      const node = await startNode(url.replace(`:${server.port}/`, `:${proxy.port}/`));
      proxy.hang();
      const begin = performance.now();
      expect(await node.stop()).toBe(0);
      expect(performance.now() - begin).toBeLessThan(soonMs);
    });

    test('within a transaction: the rows that it has locked are free within 12 s, and its statement ends within 15 s', async () => {
      const server = await openServer();
      const url = await server.newDatabase();
      await query(url, 'CREATE TABLE things (id integer PRIMARY KEY, n integer); INSERT INTO things VALUES (1, 0)');
      const proxy = await openHangingProxy(server.port);
      const connections = openConnections(url.replace(`:${server.port}/`, `:${proxy.port}/`));
      onTestFinished(() => connections.close());
      const begin = performance.now();
      const silent = connections
        .lend(async (db) => {
          await db.execute('BEGIN');
          await db.execute('UPDATE things SET n = 1 WHERE id = 1');
          proxy.hang();
          await db.execute('UPDATE things SET n = 2 WHERE id = 1');
        })
        .catch((error: unknown) => ({ error, afterMs: performance.now() - begin }));
      await vi.waitFor(async () =>
        expect(await query(url, "SELECT 1 FROM pg_locks WHERE mode = 'RowExclusiveLock'")).not.toEqual([]),
      );
      await query(url, 'UPDATE things SET n = 3 WHERE id = 1');
      expect(performance.now() - begin).toBeLessThan(12_000);
      const ended = await silent;
      expect(ended).toMatchObject({ error: { message: 'Query read timeout' } });
      expect(ended?.afterMs).toBeLessThan(15_000);
      proxy.resume();
      expect(await query(url, 'SELECT n FROM things')).toEqual([{ n: 3 }]);
    });
  },
);
