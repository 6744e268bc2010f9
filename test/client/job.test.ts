import { describe, expect, it } from 'vitest';
import type { VideoStorage } from '../../client/src/index.ts';
import { isBeingCopied, newerOf, shownAfter } from '../../client/src/jobs.ts';

const videoUrl = 'https://gate.example.com/videos/0f.mp4';
const later = '2026-06-08T12:00:00.000Z';
const held = (storage: VideoStorage, expiresAt: string | null = null, url = videoUrl) => ({ url, storage, expiresAt });

describe('a video that is being copied', () => {
  const listed = (video: ReturnType<typeof held> | null, version = 5) => ({
    id: 'a',
    version,
    videoUrl,
    video,
    lateVideo: null,
    progress: { elapsedSeconds: 40 },
  });

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
