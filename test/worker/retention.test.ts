import { describe, expect, onTestFinished, test } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { erase } from '../../src/domain/erasure.ts';
import type { Job } from '../../src/domain/job.ts';
import { removalTopic } from '../../src/ports/copy.ts';
import { jobTopic } from '../../src/ports.ts';
import { erasedAtOnce } from '../../src/worker/erasure.ts';
import { createRetention, mostPerRound } from '../../src/worker/retention.ts';
import { stored, waiting } from '../store/contract/copies.ts';
import { admit, live, lives, newId, start } from '../store/contract/world.ts';
import { createManualClock } from '../world/clock.ts';
import { createMemoryLog } from '../world/log.ts';

const dayMs = 86_400_000;

type Limits = { readonly retentionMs: number | null; readonly jobRetentionMs: number | null };

const forEver: Limits = { retentionMs: null, jobRetentionMs: null };

/** Retention over a real store in memory. The files are names; removing one can be made to fail. */
function openWorld(limits: Limits = forEver, keepsVideos = true) {
  const clock = createManualClock(start);
  const store = openSqliteStore({ file: ':memory:', newId, exclusive: true });
  const bell = createLocalBell();
  const files = new Set<string>();
  const log = createMemoryLog();
  const blobs = {
    fault: null as Error | null,
    async remove(name: string) {
      if (blobs.fault !== null) throw blobs.fault;
      files.delete(name);
    },
  };
  const retention = createRetention({ store, blobs: keepsVideos ? blobs : null, bell, clock, log, ...limits });
  onTestFinished(async () => {
    await retention.stop();
    await store.close();
  });
  const keep = async (at = start): Promise<Job> => {
    const job = await stored(store, at);
    for (const end of ['mp4', 'jpg']) files.add(`${job.videoId}.${end}`);
    return job;
  };
  const stateOf = async (job: Job) => {
    const found = await store.findJob(job.id);
    return found === null ? 'none' : `${found.copy.state}${found.deletedAt === null ? '' : ', deleted'}`;
  };
  return { clock, store, bell, files, blobs, log, retention, keep, stateOf };
}

async function deleteNow({ store, clock }: ReturnType<typeof openWorld>, job: Job): Promise<void> {
  const change = erase(job, clock.now());
  if (change === null || !(await store.commit(change, clock.now()))) throw new Error('Not deleted');
}

describe('retention', () => {
  test('keeps everything for ever unless it is told otherwise', async () => {
    const world = openWorld();
    const job = await world.keep();
    await world.clock.advance(1000 * dayMs);
    expect(await world.retention.round()).toBe(false);
    expect(await world.stateOf(job)).toBe('STORED');
    expect(world.files.size).toBe(2);
  });

  test('forgets a video whose time is over, then removes its files; the job keeps its prompt', async () => {
    const world = openWorld({ retentionMs: dayMs, jobRetentionMs: null });
    const [old, young] = [await world.keep(start), await world.keep(start + 1000)];
    const rung: string[] = [];
    onTestFinished(world.bell.listen(jobTopic(old.id), () => void rung.push(old.id)));
    await world.clock.advance(dayMs + 500);
    await world.retention.round();
    expect([await world.stateOf(old), await world.stateOf(young)]).toEqual(['GONE', 'STORED']);
    expect(world.files).toEqual(new Set([`${young.videoId}.mp4`, `${young.videoId}.jpg`]));
    expect(rung).toEqual([old.id]);
    expect(await world.store.findJob(old.id)).toMatchObject({ prompt: 'A boat', copy: { copyAt: null } });
    expect(await world.store.losses('TEST')).toMatchObject({ lostVideos: 0 });
  });

  test('deletes a job whose time is over, with a video or without; running jobs stay', async () => {
    const world = openWorld({ retentionMs: null, jobRetentionMs: dayMs });
    const kept = await world.keep();
    const { job: failing } = await admit(world.store);
    const failed = await live(world.store, failing, lives.failed);
    const { job: running } = await admit(world.store);
    await world.clock.advance(2 * dayMs);
    await world.retention.round();
    expect([await world.stateOf(kept), await world.stateOf(failed)]).toEqual(['GONE, deleted', 'NONE, deleted']);
    expect(await world.store.findJob(running.id)).toEqual(running);
    expect(world.files.size).toBe(0);
  });

  test('takes any number in rounds of bounded size, and goes on until nothing is left', async () => {
    const world = openWorld({ retentionMs: null, jobRetentionMs: dayMs });
    for (let made = 0; made <= mostPerRound; made += 1) {
      const { job } = await admit(world.store, { limits: { perMinute: 1000, inFlight: 1000 }, priceCredits: 0 });
      await live(world.store, job, lives.canceled);
    }
    await world.clock.advance(2 * dayMs);
    expect(await world.retention.round()).toBe(true);
    expect(await world.store.listKept(world.clock.now(), 1000)).toHaveLength(1);
    world.retention.start();
    await world.clock.advance(1000);
    expect(await world.store.listKept(world.clock.now(), 1000)).toEqual([]);
  });

  test('deletes a few jobs in one transaction; where one cannot be deleted, the others are, and it is tried again', async () => {
    const world = openWorld({ retentionMs: null, jobRetentionMs: dayMs });
    const jobs: Job[] = [];
    for (let made = 0; made < 2 * erasedAtOnce; made += 1) jobs.push(await world.keep());
    const { commit } = world.store;
    let underWay = 0;
    let most = 0;
    world.store.commit = async (change, now) => {
      // SQLite writes what begins in one turn in one transaction.
      underWay += 1;
      most = Math.max(most, underWay);
      const written = change.to.id === jobs[0]?.id ? Promise.reject(new Error('disk is full')) : commit(change, now);
      return written.finally(() => {
        underWay -= 1;
      });
    };
    await world.clock.advance(2 * dayMs);
    await expect(world.retention.round()).rejects.toThrow('full');
    expect([most, underWay]).toEqual([erasedAtOnce, 0]);
    const states = () => Promise.all(jobs.slice(0, erasedAtOnce).map((job) => world.stateOf(job)));
    expect(await states()).toEqual(['STORED', ...Array.from({ length: erasedAtOnce - 1 }, () => 'GONE, deleted')]);
    world.store.commit = commit;
    await world.retention.round();
    expect(new Set(await states())).toEqual(new Set(['GONE, deleted']));
  });

  test('removes the files of a deleted job as soon as it is rung', async () => {
    const world = openWorld();
    const job = await world.keep();
    world.retention.start();
    await world.clock.advance(10);
    await deleteNow(world, job);
    world.bell.ring([removalTopic]);
    await world.clock.advance(10);
    expect(world.files.size).toBe(0);
    expect((await world.store.findJob(job.id))?.copy.copyAt).toBeNull();
  });

  test('removes them within a minute if the ring was lost', async () => {
    const world = openWorld();
    const job = await world.keep();
    world.retention.start();
    await world.clock.advance(10);
    await deleteNow(world, job);
    await world.clock.advance(60_000);
    expect(world.files.size).toBe(0);
  });

  test('removes the files of a copy that was under way when its job was deleted', async () => {
    const world = openWorld();
    const job = await waiting(world.store);
    world.files.add(`${job.videoId}.mp4`);
    await deleteNow(world, job);
    await world.retention.round();
    expect(world.files.size).toBe(0);
  });

  test('tries again while the store of videos fails, and says so once a minute', async () => {
    const world = openWorld();
    const job = await world.keep();
    world.blobs.fault = new Error('The disk is on fire.');
    await deleteNow(world, job);
    world.retention.start();
    await world.clock.advance(50_000);
    expect(world.files.size).toBe(2);
    expect(world.log.messages().filter((message) => message.includes('could not be removed'))).toHaveLength(1);
    world.blobs.fault = null;
    await world.clock.advance(130_000);
    expect(world.files.size).toBe(0);
  });

  test('leaves files due while this installation keeps no videos: they may be in the store of earlier days', async () => {
    const world = openWorld(forEver, false);
    const job = await world.keep();
    await deleteNow(world, job);
    await world.retention.round();
    expect((await world.store.findJob(job.id))?.copy).toMatchObject({ state: 'GONE', copyAt: start });
  });

  test('survives a database that cannot be read', async () => {
    const world = openWorld({ retentionMs: null, jobRetentionMs: dayMs });
    world.retention.start();
    await world.clock.advance(10);
    await world.store.close();
    await world.clock.advance(60_000);
    expect(world.log.messages()).toContain('Retention could not read or write the database; it tries again.');
  });

  test('begins nothing more once it is stopped', async () => {
    const world = openWorld({ retentionMs: dayMs, jobRetentionMs: null });
    const job = await world.keep();
    world.retention.start();
    await world.retention.stop();
    await world.clock.advance(3 * dayMs);
    world.bell.ring([removalTopic]);
    await world.clock.advance(10);
    expect(await world.stateOf(job)).toBe('STORED');
  });
});
