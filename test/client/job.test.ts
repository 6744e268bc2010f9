import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { VideoStorage } from '../../client/src/index.ts';
import { isBeingCopied, laterStates, newerOf, shownAfter } from '../../client/src/jobs.ts';

const videoUrl = 'https://gate.example.com/videos/0f.mp4';
const later = '2026-06-08T12:00:00.000Z';
const held = (storage: VideoStorage, expiresAt: string | null = null, url = videoUrl) => ({ url, storage, expiresAt });

const listed = (video: ReturnType<typeof held> | null, version = 5) => ({
  id: 'a',
  version,
  videoUrl,
  video,
  lateVideo: null,
  failure: null,
  progress: { elapsedSeconds: 40 },
});

describe('a video that is being copied', () => {
  it('is awaited only where the gateway keeps videos', () => {
    expect(isBeingCopied(listed(held('PROVIDER')))).toBe(true);
    expect(isBeingCopied({ ...listed(null), lateVideo: held('PROVIDER') })).toBe(true);
    for (const video of [null, held('STORED'), held('GONE'), held('PROVIDER', later, 'https://cdn.example.com/a.mp4')])
      expect(isBeingCopied(listed(video))).toBe(false);
  });

  it('takes the later state of two, and never goes back', () => {
    const [atProvider, stored] = [listed(held('PROVIDER')), listed(held('STORED'))];
    expect(newerOf(atProvider, stored)).toBe(stored);
    expect(newerOf(stored, atProvider)).toBe(stored);
    expect(newerOf(atProvider, null)).toBe(atProvider);
    const deleted = listed(held('GONE'), 6);
    expect(newerOf(deleted, stored)).toBe(deleted);
    expect(newerOf(stored, deleted)).toBe(deleted);
    expect(newerOf(stored, { ...deleted, id: 'b' })).toBe(stored);
  });
});

describe('the later states of a job', () => {
  type Listed = Omit<ReturnType<typeof listed>, 'lateVideo' | 'failure'> & {
    readonly lateVideo: ReturnType<typeof held> | null;
    readonly failure: { readonly code: string } | null;
  };

  /** After how many seconds the job is read again, if these are the answers; the last one stays. */
  async function readsOf(
    job: Listed,
    answers: readonly (Listed | Error | null)[],
    signal = new AbortController().signal,
  ) {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const started = Date.now();
    const reads: number[] = [];
    const seen: Listed[] = [];
    const read = async () => {
      reads.push((Date.now() - started) / 1000);
      const answer = answers[Math.min(reads.length, answers.length) - 1] ?? null;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const follow = async () => {
      for await (const later of laterStates(job, { read, signal })) seen.push(later);
    };
    const followed = follow();
    await vi.runAllTimersAsync();
    await followed;
    return { reads, seen };
  }

  it('are read less and less often, until its video is stored', async () => {
    const [copying, stored] = [listed(held('PROVIDER')), listed(held('STORED'))];
    const { reads, seen } = await readsOf(copying, [
      copying,
      copying,
      copying,
      copying,
      copying,
      copying,
      copying,
      stored,
    ]);
    expect(reads).toEqual([1, 3, 7, 15, 31, 63, 123, 183]);
    expect(seen.at(-1)).toBe(stored);
  });

  it('are read for a late video, too, but not for ever', async () => {
    const overdue = { ...listed(null), failure: { code: 'DEADLINE_EXCEEDED' } };
    expect((await readsOf(overdue, [overdue])).reads).toHaveLength(65);
    const late = { ...overdue, lateVideo: held('STORED') };
    expect((await readsOf(overdue, [overdue, late])).reads).toEqual([1, 3]);
  });

  it('are not ended by a read that fails', async () => {
    const [copying, stored] = [listed(held('PROVIDER')), listed(held('STORED'))];
    const outage = new Error('The gateway cannot be reached.');
    expect(await readsOf(copying, [outage, copying, outage, stored])).toEqual({
      reads: [1, 3, 7, 15],
      seen: [copying, stored],
    });
  });

  it('are none where nothing more can come, the job is gone, or nobody waits', async () => {
    expect((await readsOf(listed(held('STORED')), [])).reads).toEqual([]);
    expect(await readsOf(listed(held('PROVIDER')), [null])).toEqual({ reads: [1], seen: [] });
    expect((await readsOf(listed(held('PROVIDER')), [], AbortSignal.abort())).reads).toEqual([]);
  });
});

describe('progress between two updates', () => {
  const progress = { fraction: 0.5, elapsedSeconds: 60, remainingSeconds: 60, overdue: false };

  it('advances with time, and is never full', () => {
    expect(shownAfter(progress, 0)).toEqual({ fraction: 0.5, remainingSeconds: 60 });
    expect(shownAfter(progress, 30)).toEqual({ fraction: 0.75, remainingSeconds: 30 });
    expect(shownAfter(progress, 600)).toEqual({ fraction: 0.95, remainingSeconds: 0 });
  });

  it('stands still if the remaining time is unknown', () => {
    const overdue = { ...progress, fraction: 0.8, remainingSeconds: null, overdue: true };
    expect(shownAfter(overdue, 100)).toEqual({ fraction: 0.8, remainingSeconds: null });
    expect(shownAfter({ ...progress, fraction: 1, remainingSeconds: null }, 5)).toMatchObject({ fraction: 1 });
  });

  it('never falls below the last update, whatever the clock does', () => {
    expect(shownAfter({ ...progress, fraction: 0.7 }, -30)).toEqual({ fraction: 0.7, remainingSeconds: 60 });
  });
});
