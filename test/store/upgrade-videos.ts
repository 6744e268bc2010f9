import { expect } from 'vitest';
import { copyClaimed } from '../../src/domain/copy.ts';
import { erase } from '../../src/domain/erasure.ts';
import type { Store } from '../../src/ports.ts';
import { ana, anyJob, first } from './contract/world.ts';
import { readFixture } from './upgrade-0.1.0.ts';

const dayMs = 86_400_000;

/** When the provider deletes the files of the fixture's two videos, and what an upgrade makes of their copies. */
export const expiries = [
  ['that the provider still has are copied', () => String(Date.now() + dayMs), 'WAITING'],
  ['that the provider has deleted are gone', () => String(Date.now() - dayMs), 'GONE'],
  ['of unknown expiry are copied', () => 'NULL', 'WAITING'],
] as const;

/** The database of 0.1.0, with another expiry of its videos. */
export function readFixtureExpiring(engine: 'sqlite' | 'postgres', expiry: string): string {
  return readFixture(engine).replaceAll('1800000600000', expiry);
}

/** Checks that every job of an upgraded database has a video id of its own, and every video the state of its copy. */
export async function expectVideos(store: Store, state: 'WAITING' | 'GONE'): Promise<void> {
  const account = await store.arrive(ana, 0, 0);
  const jobs = (await store.listJobs(account.id, anyJob, first(100))).items;
  expect(jobs.map(({ videoId }) => /^[0-9a-f]{32}$/.test(videoId))).not.toContain(false);
  expect(new Set(jobs.map(({ videoId }) => videoId)).size).toBe(jobs.length);
  for (const job of jobs) {
    const isThere = job.video !== null || job.lateVideo !== null;
    expect([job.prompt, job.copy.state]).toEqual([job.prompt, isThere ? state : 'NONE']);
    expect(await store.findJobByVideo(job.videoId)).toEqual(job);
  }
  expect(jobs.map(({ state }) => state)).toContain('COMPLETED');
  expect(jobs.some(({ lateVideo }) => lateVideo !== null)).toBe(true);
  const claimed = await store.claimCopies(100, Date.now(), copyClaimed);
  expect(claimed).toHaveLength(state === 'WAITING' ? 2 : 0);
  expect(await store.claimRemovals(100, Date.now() + dayMs, copyClaimed)).toEqual([]);
  expect(await store.losses('TEST')).toMatchObject({ lostVideos: 0 });
  const change = jobs.map((job) => erase(job, Date.now())).find((each) => each !== null);
  if (change !== undefined && claimed.every(({ id }) => id !== change.to.id))
    expect(await store.commit(change, Date.now())).toBe(true);
}
