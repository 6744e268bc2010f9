import { describe, expect, test } from 'vitest';
import {
  copyClaimed,
  copyFailed,
  copyGone,
  copyLeaseMs,
  copyStored,
  filesRemoved,
  removalClaimed,
  removalLeaseMs,
  withWaitingCopy,
} from '../../../src/domain/copy.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { Store } from '../../../src/ports.ts';
import { admit, changeOf, completed, live, lives, type OpenDatabase, start } from './world.ts';

export const facts = {
  byteSize: 5_000_000_000,
  sha256: 'ab'.repeat(32),
  durationSeconds: 8.041_667,
  width: 1280,
  height: 720,
  hasPoster: true,
};

/** A COMPLETED job whose copy waits since `at`. */
export async function waiting(store: Store, at = start, patch: Parameters<typeof admit>[1] = {}): Promise<Job> {
  const { job } = await admit(store, patch);
  const running = await live(store, job, lives.queued, at);
  const change = withWaitingCopy(changeOf(running, completed, at), at);
  expect(await store.commit(change, at)).toBe(true);
  return change.to;
}

/** The same job once its copy is in the store. */
export async function stored(store: Store, at = start, patch: Parameters<typeof admit>[1] = {}): Promise<Job> {
  const job = await waiting(store, at, patch);
  const copy = copyStored(job, facts, at);
  expect(await store.commitCopy(job, copy)).toBe(true);
  return { ...job, copy };
}

export function describeCopies(open: OpenDatabase): void {
  describe('copies of videos', () => {
    test('a video that arrives waits to be copied, in the same transaction; so does a late one', async () => {
      const { store } = await open();
      const job = await waiting(store);
      expect(job.copy).toMatchObject({ state: 'WAITING', copyAt: start });
      expect(await store.findJob(job.id)).toEqual(job);
      const { job: other } = await admit(store);
      const expired = await live(store, other, lives.expired);
      const late = withWaitingCopy(changeOf(expired, completed), start + 1);
      expect(await store.commit(late, start + 1)).toBe(true);
      expect(await store.findJob(other.id)).toEqual(late.to);
      expect(late.to.copy).toMatchObject({ state: 'WAITING', copyAt: start + 1 });
    });

    test('a job is found by its video; an unknown video has none', async () => {
      const { store } = await open();
      const job = await waiting(store);
      expect(await store.findJobByVideo(job.videoId)).toEqual(job);
      expect(await store.findJobByVideo('f'.repeat(32))).toBeNull();
    });

    test('a claim takes due copies of both environments, the longest due first, and leases them', async () => {
      const { store } = await open();
      const second = await waiting(store, start + 2);
      const first = await waiting(store, start + 1, { account: { owner: 'ana', environment: 'LIVE' } });
      await waiting(store, start + 9);
      const claimed = await store.claimCopies(2, start + 5, copyClaimed);
      expect(claimed.map(({ id }) => id)).toEqual([first.id, second.id]);
      expect(claimed[0]).toEqual({ ...first, copy: { ...first.copy, copyAt: start + 5 + copyLeaseMs } });
      expect(await store.findJob(first.id)).toEqual(claimed[0]);
      expect(await store.claimCopies(9, start + 5, copyClaimed)).toEqual([]);
      expect(await store.claimCopies(0, start + 9, copyClaimed)).toEqual([]);
      const again = await store.claimCopies(9, start + 5 + copyLeaseMs, copyClaimed);
      expect(again).toHaveLength(3);
    });

    test('two claims at once share the due copies', async () => {
      const { store } = await open();
      for (const at of [1, 2, 3]) await waiting(store, start + at);
      const claims = await Promise.all([1, 2].map(() => store.claimCopies(2, start + 5, copyClaimed)));
      expect(new Set(claims.flat().map(({ id }) => id)).size).toBe(3);
      expect(claims.flat()).toHaveLength(3);
    });

    test('what is found out about a stored video is kept, without a version or an event', async () => {
      const { store } = await open();
      await waiting(store);
      const [job] = await store.claimCopies(1, start + 5, copyClaimed);
      if (job === undefined) throw new Error('No copy was due');
      const feed = (await store.findAccount(job.accountId))?.feed;
      const copy = copyStored(job, facts, start + 6);
      expect(await store.commitCopy(job, copy)).toBe(true);
      expect(await store.findJob(job.id)).toEqual({ ...job, copy: { ...copy, ...facts, settledAt: start + 6 } });
      expect((await store.findAccount(job.accountId))?.feed).toBe(feed);
      expect(await store.claimCopies(9, start + 2 * copyLeaseMs, copyClaimed)).toEqual([]);
    });

    test('a copier whose lease was taken over writes nothing', async () => {
      const { store } = await open();
      await waiting(store);
      const [late] = await store.claimCopies(1, start, copyClaimed);
      const [now] = await store.claimCopies(1, start + copyLeaseMs, copyClaimed);
      if (late === undefined || now === undefined) throw new Error('No copy was due');
      expect(await store.commitCopy(late, copyStored(late, facts, start))).toBe(false);
      expect(await store.commitCopy(late, copyFailed(late, 'fault', start, 0.5))).toBe(false);
      expect(await store.commitCopy(now, copyStored(now, facts, start))).toBe(true);
      expect(await store.commitCopy(now, copyStored(now, facts, start))).toBe(false);
      expect((await store.findJob(now.id))?.copy).toMatchObject(facts);
    });

    test('a failed copy is due again later', async () => {
      const { store } = await open();
      const job = await waiting(store);
      const copy = copyFailed(job, 'missing', start, 0.5);
      expect(await store.commitCopy(job, copy)).toBe(true);
      expect((await store.findJob(job.id))?.copy).toEqual({ ...copy, faults: 1, missingSince: start });
      expect(await store.claimCopies(9, (copy.copyAt ?? 0) - 1, copyClaimed)).toEqual([]);
      expect(await store.claimCopies(9, copy.copyAt ?? 0, copyClaimed)).toHaveLength(1);
    });

    test('a video that is kept no longer leaves files to remove, until somebody has removed them', async () => {
      const { store } = await open();
      const job = await stored(store);
      expect(await store.claimRemovals(9, start + 5, removalClaimed)).toEqual([]);
      const copy = copyGone(job, start + 5);
      expect(await store.commitCopy(job, copy)).toBe(true);
      const [claimed] = await store.claimRemovals(9, start + 5, removalClaimed);
      if (claimed === undefined) throw new Error('No removal was due');
      expect(claimed.copy).toEqual({ ...facts, ...copy, copyAt: start + 5 + removalLeaseMs });
      expect(await store.claimRemovals(9, start + 5, removalClaimed)).toEqual([]);
      expect(await store.commitCopy(claimed, filesRemoved(claimed))).toBe(true);
      expect(await store.claimRemovals(9, start + 2 * removalLeaseMs, removalClaimed)).toEqual([]);
      expect((await store.findJob(job.id))?.copy).toEqual({ ...facts, ...copy, copyAt: null });
    });

    test('names of files are known while the video is copied, kept or about to be removed', async () => {
      const { store } = await open();
      const [waits, kept, going, gone] = [
        await waiting(store),
        await stored(store),
        await stored(store),
        await stored(store),
      ];
      const { job: running } = await admit(store);
      await store.commitCopy(going, copyGone(going, start));
      await store.commitCopy(gone, { ...copyGone(gone, start), copyAt: null });
      const all = [waits, kept, going, gone, running].map(({ videoId }) => videoId);
      const known = await store.knownVideos([...all, 'f'.repeat(32)]);
      expect([...known].sort()).toEqual([waits, kept, going].map(({ videoId }) => videoId).sort());
      expect(await store.knownVideos([])).toEqual([]);
    });

    test('stored videos are listed by the end of their jobs, page by page', async () => {
      const { store } = await open();
      const jobs = [await stored(store, start + 1), await stored(store, start + 2), await stored(store, start + 2)];
      await waiting(store, start + 1);
      const [a, b, c] = jobs.toSorted((x, y) => (x.finishedAt ?? 0) - (y.finishedAt ?? 0) || (x.id < y.id ? -1 : 1));
      const page = await store.listStored(start + 10, null, 2);
      expect(page).toEqual([a, b]);
      const after = { id: b?.id ?? '', finishedAt: b?.finishedAt ?? 0 };
      expect(await store.listStored(start + 10, after, 2)).toEqual([c]);
      expect(await store.listStored(start + 2, null, 9)).toEqual([a]);
    });

    test('videos that were lost at the provider are counted and listed', async () => {
      const { store } = await open();
      const job = await waiting(store);
      const lost = { ...copyGone(job, start), lost: true };
      expect(await store.losses('TEST')).toMatchObject({ lostVideos: 0 });
      expect(await store.commitCopy(job, lost)).toBe(true);
      expect(await store.losses('TEST')).toMatchObject({ lostVideos: 1 });
      expect(await store.listLosses('TEST', 9)).toEqual([{ ...job, copy: lost }]);
    });
  });
}
