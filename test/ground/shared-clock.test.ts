import { expect, onTestFinished, test } from 'vitest';
import { openSharedClock } from '../../src/adapter/clock/database.ts';
import type { Store } from '../../src/ports.ts';
import { createManualClock } from '../world/clock.ts';

const databaseStart = Date.UTC(2030, 0, 1);

/** A node whose own clock is years behind its database's. The test sets the database's clock, or takes it away. */
async function openNode() {
  const own = createManualClock();
  const database = { ahead: 0, isAway: false, reads: 0, responseAfterMs: 0 };
  const warnings: string[] = [];
  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      own.after(ms, resolve);
    });
  const store: Pick<Store, 'time'> = {
    async time() {
      database.reads += 1;
      if (database.isAway) throw new Error('connection refused');
      const time = databaseStart + own.monotonic() + database.ahead;
      if (database.responseAfterMs > 0) await wait(database.responseAfterMs);
      return time;
    },
  };
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: (_: object, message: string) => void warnings.push(message) };
  const clock = await openSharedClock({ clock: own, store: store as Store, log: { ...log, error: silent } });
  onTestFinished(() => clock.close());
  return { own, clock, database, warnings };
}

test('a node that shares its database follows the database’s clock, and reads it every ten seconds', async () => {
  const { own, clock, database } = await openNode();
  expect(clock.now()).toBe(databaseStart);
  await own.advance(9999);
  expect(clock.now()).toBe(databaseStart + 9999);
  expect(database.reads).toBe(1);

  database.ahead = 250;
  await own.advance(1);
  expect(database.reads).toBe(2);
  expect(clock.now()).toBe(databaseStart + 10_250);
  await own.advance(10_000);
  expect(database.reads).toBe(3);
});

test('half of the round trip to the database is added to the time that it returned', async () => {
  const { own, clock, database } = await openNode();
  database.responseAfterMs = 100;
  await own.advance(10_100);
  expect(clock.now()).toBe(databaseStart + 10_000 + 50);
});

test('an unreachable database is asked again; meanwhile the node’s own clock continues from the last reading', async () => {
  const { own, clock, database, warnings } = await openNode();
  database.isAway = true;
  await own.advance(20_000);
  expect(clock.now()).toBe(databaseStart + 20_000);
  expect(warnings).toHaveLength(2);
  database.isAway = false;
  database.ahead = -40;
  await own.advance(10_000);
  expect(clock.now()).toBe(databaseStart + 30_000 - 40);
});

test('a closed clock asks no more, and an unreachable database at the start is reported', async () => {
  const { own, clock, database } = await openNode();
  clock.close();
  await own.advance(60_000);
  expect(database.reads).toBe(1);
  const store = { time: () => Promise.reject(new Error('connection refused')) } as unknown as Store;
  const log = { debug: expect.fail, info: expect.fail, warn: expect.fail, error: expect.fail };
  await expect(openSharedClock({ clock: createManualClock(), store, log })).rejects.toThrow('connection refused');
});
