import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openConnections } from '../../../src/adapter/store/postgres/engine/connections.ts';
import { applyPending } from '../../../src/adapter/store/postgres/open.ts';
import { createPostgresStore } from '../../../src/adapter/store/postgres/store.ts';
import { advance, dueEventOf } from '../../../src/domain/life.ts';
import type { Decide, Store } from '../../../src/ports.ts';
import { audit } from '../../store/contract/invariants.ts';
import {
  accepted,
  admissionOf,
  ana,
  canceled,
  changeOf,
  circumstances,
  claimed,
  completed,
  failed,
  grantOf,
  live,
  newId,
  start,
} from '../../store/contract/world.ts';
import { hasPostgres, type PostgresServer, query, startPostgres } from '../world/postgres.ts';

/** A price that never exhausts an account, and limits that are never reached. */
const free = { priceCredits: 1, limits: { perMinute: 100_000, inFlight: 100_000 } };

const rich = grantOf({ credits: 1_000_000 });

const decide: Decide = (job, now) => advance(job, dueEventOf(job, now), circumstances(now));

describe.runIf(hasPostgres)('several nodes on one PostgreSQL (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  /** Stores on one empty database, each with its own connections. */
  async function openNodes(
    count: number,
    clock: 'given' | 'database' = 'given',
  ): Promise<{ url: string; nodes: readonly Store[]; nodeOf: (index: number) => Store }> {
    const url = await server.newDatabase();
    await applyPending(url);
    const nodes = await Promise.all(
      Array.from({ length: count }, () => createPostgresStore(openConnections(url), { newId, clock })),
    );
    onTestFinished(() => Promise.all(nodes.map((node) => node.close())).then(() => undefined));
    const nodeOf = (index: number): Store => {
      const node = nodes[index % count];
      if (node === undefined) throw new Error('There are no nodes');
      return node;
    };
    return { url, nodes, nodeOf };
  }

  test('a hundred writers of one account leave no gap in its feed, and a reader sees none on the way', async () => {
    const { nodeOf } = await openNodes(4);
    const { id } = (await nodeOf(0).grant(rich)) as { id: string };
    let writing = true;
    const write = async (index: number): Promise<void> => {
      for (let i = 0; i < 4; i += 1) {
        const admitted = await nodeOf(index + i).admit(admissionOf(free));
        if (admitted.kind !== 'admitted') throw new Error(admitted.message);
        await nodeOf(index + i + 1).commit(changeOf(admitted.job, canceled), start);
      }
    };
    const seen: number[] = [];
    const read = async (node: Store): Promise<void> => {
      for (;;) {
        const wasWriting = writing;
        const { events } = await node.readFeed(id, seen.length, 50);
        seen.push(...events.map(({ feed }) => feed));
        if (!wasWriting && events.length === 0) return;
      }
    };
    const reading = read(nodeOf(3));
    await Promise.all(Array.from({ length: 100 }, (_, index) => write(index))).finally(() => {
      writing = false;
    });
    await reading;
    expect(seen).toEqual(Array.from({ length: 800 }, (_, index) => index + 1));
    await audit(nodeOf(0), id);
  });

  test('twenty-four connections that hammer one account spend nothing twice and end in no deadlock', async () => {
    const { nodes, nodeOf } = await openNodes(3);
    const account = await nodeOf(0).arrive(ana, 1000, start);
    const work = async (index: number): Promise<number> => {
      let stored = 0;
      for (let i = 0; i < 12; i += 1) {
        const node = nodeOf(index + i);
        const admitted = await node.admit(
          admissionOf({ limits: free.limits, idempotencyKey: i % 4 === 0 ? `k${i}` : null }),
        );
        if (admitted.kind !== 'admitted') continue;
        if (!admitted.replayed) stored += 1;
        const [change] = await node.claimDue(
          { environment: 'TEST', submits: 2, polls: 2, endings: 2 },
          start + i,
          decide,
        );
        if (change?.to.state !== 'SUBMITTING') continue;
        const ending = index % 3 === 0 ? completed : failed;
        const yes = changeOf(change.to, { ...accepted, requestId: newId(), poll: ending }, start + i);
        await Promise.all([node.commit(yes, start + i), nodeOf(index + 1).commit(yes, start + i)]);
        if (i % 5 === 0) await node.grant(grantOf({ credits: -1, idempotencyKey: `g${i}` }));
      }
      return stored;
    };
    const stored = await Promise.all(Array.from({ length: 24 }, (_, index) => work(index)));
    expect(stored.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(14);
    for (const node of nodes) await audit(node, account.id);
  });

  test('nodes that claim, end and admit for many accounts at once do not wait for each other in a circle', async () => {
    const { nodes, nodeOf } = await openNodes(3);
    const users = Array.from({ length: 12 }, (_, index) => ({ ...ana, owner: `user-${index}` }));
    for (const [index, user] of users.entries()) {
      await nodeOf(index).arrive(user, 1000, start);
      for (let i = 0; i < 8; i += 1)
        await nodeOf(index).admit(admissionOf({ account: user, priceCredits: 1, createdAt: start + i }));
    }
    const order = { environment: 'TEST', submits: 7, polls: 7, endings: 7 } as const;
    const claimAll = async (node: Store): Promise<readonly string[]> => {
      const ids: string[] = [];
      for (let rounds = 0; rounds < 20; rounds += 1) {
        const changes = await node.claimDue(order, start + 100, decide);
        ids.push(...changes.map(({ to }) => to.id));
        await Promise.all(
          changes.map(({ to }) =>
            node.commit(changeOf(to, { ...accepted, requestId: to.id, poll: completed }), start + 200),
          ),
        );
      }
      return ids;
    };
    const admitting = Promise.all(
      users.map((account, index) => nodeOf(index).admit(admissionOf({ account, priceCredits: 1 }))),
    );
    const claims = await Promise.all(nodes.map(claimAll));
    await admitting;
    const ids = claims.flat();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(96);
    for (const user of users) await audit(nodeOf(0), (await nodeOf(1).arrive(user, 0, start)).id);
  });

  test('the database’s clock decides what is due, whatever a node’s own clock shows', async () => {
    const { nodeOf } = await openNodes(1, 'database');
    const node = nodeOf(0);
    const now = await node.time();
    const hourMs = 3_600_000;
    await node.arrive(ana, 1000, now);
    await node.admit(admissionOf({ createdAt: now + hourMs }));
    const order = { environment: 'TEST', submits: 5, polls: 5, endings: 5 } as const;
    expect(await node.claimDue(order, now + 2 * hourMs, decide)).toEqual([]);
    expect(await node.due('TEST', now + 2 * hourMs, 5)).toMatchObject({ submits: 0, nextAt: now + hourMs });
    const due = admissionOf({ createdAt: now - 1 });
    await node.admit(due);
    const [change] = await node.claimDue(order, now - hourMs, decide);
    expect(change?.to.id).toBe(due.id);
    const leaseMs = (change?.to.pollAt ?? 0) - 20_000;
    expect(leaseMs).toBeGreaterThanOrEqual(now);
    expect(leaseMs).toBeLessThanOrEqual(await node.time());
  });

  test('serialization failures are retried, but not forever', async () => {
    const { url, nodeOf } = await openNodes(1);
    const node = nodeOf(0);
    const failing = (tries: number) => `
      DROP SEQUENCE IF EXISTS tries; CREATE SEQUENCE tries;
      CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('tries') <= ${tries} THEN RAISE EXCEPTION 'no' USING ERRCODE = 'serialization_failure'; END IF; RETURN NEW;
      END $$;
      CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION fail();`;
    await query(url, failing(3));
    expect(await node.arrive(ana, 5, start)).toMatchObject({ balance: 5 });
    await query(url, failing(1000));
    await expect(node.arrive({ ...ana, owner: 'bob' }, 5, start)).rejects.toMatchObject({ code: '40001' });
    expect(await query(url, 'SELECT last_value::int AS tried FROM tries')).toEqual([{ tried: 6 }]);
    await query(url, 'DROP TRIGGER fail ON accounts');
    expect(await node.arrive({ ...ana, owner: 'bob' }, 5, start)).toMatchObject({ balance: 5 });
  });

  test('the error of a failed statement contains nothing that users wrote', async () => {
    const { nodeOf } = await openNodes(1);
    await nodeOf(0).arrive(ana, 1000, start);
    const input = {
      prompt: 'My secret wish '.repeat(200),
      aspectRatio: 'SQUARE_1_1',
      seed: 1,
      externalId: null,
    } as const;
    const error: unknown = await nodeOf(0)
      .admit(admissionOf({ input }))
      .catch((thrown: unknown) => thrown);
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 9, showHidden: true })).toContain('jobs_prompt');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret wish');
  });

  test('while the server is down calls reject, and once it is back everything goes on', async () => {
    const { nodeOf } = await openNodes(1);
    const node = nodeOf(0);
    await node.grant(rich);
    const admitted = await node.admit(admissionOf(free));
    if (admitted.kind !== 'admitted') throw new Error(admitted.message);
    await Promise.all(Array.from({ length: 8 }, () => node.ping()));
    await server.kill();
    await expect(node.ping()).rejects.toThrow();
    await expect(node.admit(admissionOf(free))).rejects.toThrow();
    await server.start();
    await expect.poll(() => node.ping().then(() => 'back')).toBe('back');
    await live(node, admitted.job, [claimed, accepted]);
  });
});
