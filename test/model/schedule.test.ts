import { setImmediate as nextTurn } from 'node:timers/promises';
import fc, { type Scheduler } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import type { Job, JobEvent, JobState } from '../../src/domain/job.ts';
import type { Account } from '../../src/domain/ledger.ts';
import { accountTopic, type Clock, jobTopic, type Log, type Store } from '../../src/ports.ts';
import type { View } from '../../src/read/view.ts';
import { createViews } from '../../src/read/views.ts';
import { createWatch, type FeedStart, type Watch } from '../../src/read/watch.ts';
import { sampleJob } from '../domain/sample.ts';

const numRuns = 500;

const testTimeoutMs = 300_000;

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

// No timer ever fires, so nothing here depends on the sweep.
const clock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  after: () => () => undefined,
  random: () => 0,
  newId: () => '',
  newSecretId: () => '',
};

const states = fc
  .array(fc.constantFrom<JobState>('SUBMITTING', 'PENDING', 'QUEUED', 'PROCESSING'), { maxLength: 5 })
  .chain((before) => fc.constantFrom<JobState>('COMPLETED', 'FAILED', 'CANCELED').map((end) => [...before, end]));

const watchers = fc.integer({ min: 1, max: 4 });

/** The truth, and a store whose results show it as of the call and come in any order. */
function openWorld(s: Scheduler) {
  const first = sampleJob();
  const world = {
    job: first,
    account: { id: first.accountId, owner: 'ada', environment: 'LIVE', balance: 100, held: 0, feed: 0 } as Account,
    events: [] as JobEvent[],
  };
  const bell = createLocalBell();
  const respond = <Value>(value: Value, label: string) => s.schedule(Promise.resolve(value), label);
  const methods: Partial<Store> = {
    findJobs: () => respond([world.job], 'job'),
    findAccount: () => respond(world.account, 'account'),
    readFeed: (_id, after, limit) =>
      respond({ events: world.events.slice(after, after + limit), head: world.events.length }, 'feed'),
  };
  // Live views call no other method of a store.
  const store = methods as Store;
  const watch = createWatch({ store, views: createViews({ bell, clock, log: silent }), clock });

  /** Commits the changes in order, each at any time; their rings come in any order. */
  function commitAll(changes: readonly (() => void)[]): void {
    s.scheduleSequence(
      changes.map((change, index) => ({
        label: `commit ${index}`,
        async builder() {
          change();
          ring(s, bell, [jobTopic(world.job.id), accountTopic(world.account.id)]);
        },
      })),
    );
  }

  /** A watcher that joins at any time and reads at its own pace. */
  function join<Item>(open: (watch: Watch) => View<Item>): Item[] & { isOver?: boolean } {
    const seen: Item[] & { isOver?: boolean } = [];
    const read = async () => {
      await s.schedule(Promise.resolve(), 'join');
      for await (const item of open(watch)) {
        seen.push(item);
        await s.schedule(Promise.resolve(), 'read');
      }
      seen.isOver = true;
    };
    read().catch(() => undefined);
    return seen;
  }

  return { world, commitAll, join };
}

/** Fulfils when nothing is left to happen, in this turn of the event loop or in the next: floods are read in portions. */
async function settled(s: Scheduler): Promise<void> {
  do {
    await s.waitIdle();
    await nextTurn();
  } while (s.count() > 0);
}

function ring(s: Scheduler, bell: { ring(topics: readonly string[]): void }, topics: readonly string[]): void {
  const rung = s.schedule(Promise.resolve(), 'ring');
  rung.then(
    () => bell.ring(topics),
    () => undefined,
  );
}

describe('whatever the order of commits, rings and results', () => {
  test('a watcher of a job sees versions rise and the end last, and is done', { timeout: testTimeoutMs }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), states, watchers, async (s, path, count) => {
        const { world, commitAll, join } = openWorld(s);
        const seen = Array.from({ length: count }, () => join((watch) => watch.job(world.job.id)));
        const changes = path.map((state) => () => {
          world.job = next(world.job, state);
        });
        commitAll(changes);
        await settled(s);
        for (const items of seen) {
          const versions = items.map(({ version }) => version);
          expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
          expect(items.at(-1)).toMatchObject({ version: path.length + 1, state: path.at(-1) });
          expect(items.isOver).toBe(true);
        }
      }),
      { numRuns },
    );
  });

  test('a watcher of an account sees the last amounts last', { timeout: testTimeoutMs }, async () => {
    const amounts = fc.array(fc.record({ balance: fc.nat({ max: 3 }), held: fc.nat({ max: 3 }) }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), amounts, watchers, async (s, path, count) => {
        const { world, commitAll, join } = openWorld(s);
        const seen = Array.from({ length: count }, () => join((watch) => watch.account(world.account.id)));
        const changes = path.map((amounts) => () => {
          world.account = { ...world.account, ...amounts };
        });
        commitAll(changes);
        await settled(s);
        const { balance, held } = world.account;
        for (const items of seen) expect(items.at(-1)).toMatchObject({ balance, held });
      }),
      { numRuns },
    );
  });

  test('a follower of a feed receives each event once, in order, and one live marker', {
    timeout: testTimeoutMs,
  }, async () => {
    const starts = fc.array(fc.constantFrom<FeedStart>(0, 'now', 'unknown'), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat({ max: 8 }), starts, async (s, count, from) => {
        const { world, commitAll, join } = openWorld(s);
        const seen = from.map((start) => join((watch) => watch.feed(world.account.id, start)));
        const changes = Array.from({ length: count }, (_, index) => () => {
          world.events.push(eventOf(world.job, index + 1));
        });
        commitAll(changes);
        await settled(s);
        for (const [index, items] of seen.entries()) {
          const received = items.filter(({ kind }) => kind === 'event').map(({ feed }) => feed);
          const first = from[index] === 0 ? 1 : (received[0] ?? count + 1);
          expect(received).toEqual(Array.from({ length: count + 1 - first }, (_, at) => first + at));
          expect(items.filter(({ kind }) => kind === 'live')).toHaveLength(1);
          expect(items.filter(({ kind }) => kind === 'reset')).toHaveLength(from[index] === 'unknown' ? 1 : 0);
        }
      }),
      { numRuns },
    );
  });
});

function next(job: Job, state: JobState): Job {
  return { ...job, state, version: job.version + 1 };
}

function eventOf({ id: jobId, accountId }: Job, feed: number): JobEvent {
  return { jobId, accountId, feed, version: feed, status: 'QUEUED', message: '', occurredAt: 0 };
}
