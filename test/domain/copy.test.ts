import { describe, expect, test } from 'vitest';
import {
  type Copy,
  type CopyState,
  copyClaimed,
  copyFailed,
  copyGone,
  copyLeaseMs,
  copyStored,
  filesRemoved,
  isCopyInDanger,
  isLaterCopy,
  noCopy,
  posterFileOf,
  removalClaimed,
  sourceOf,
  unknownLifetimeMs,
  videoFileOf,
  withWaitingCopy,
} from '../../src/domain/copy.ts';
import { erase } from '../../src/domain/erasure.ts';
import type { Job } from '../../src/domain/job.ts';
import { advanceBy } from '../../src/domain/outcome.ts';
import { given, jobs } from './life-cases.ts';
import { sampleJob } from './sample.ts';

const hourMs = 3_600_000;

const now = 100 * hourMs;

const facts = { byteSize: 9, sha256: 'ab', durationSeconds: 8, width: 4, height: 3, hasPoster: true };

const copies: Record<string, Copy> = {
  NONE: noCopy,
  WAITING: { ...noCopy, state: 'WAITING', copyAt: now },
  'WAITING, failed twice': { ...noCopy, state: 'WAITING', copyAt: now, faults: 2 },
  'WAITING, missing for an hour': { ...noCopy, state: 'WAITING', copyAt: now, faults: 9, missingSince: now - hourMs },
  STORED: { ...noCopy, ...facts, state: 'STORED', settledAt: now - hourMs },
  'GONE, files left': { ...noCopy, ...facts, state: 'GONE', settledAt: now - hourMs, copyAt: now },
  GONE: { ...noCopy, ...facts, state: 'GONE', settledAt: now - hourMs },
};

/** A COMPLETED job whose file expires at an instant; null: unknown. */
function withCopy(copy: Copy, expiresAt: number | null = now + 100 * hourMs): Job {
  const video = { url: 'https://v.example/a.mp4', contentType: 'video/mp4', expiresAt };
  const ended = {
    state: 'COMPLETED',
    version: 5,
    submittedAt: 1,
    pollUrl: 'https://p.example',
    requestId: 'r',
  } as const;
  return sampleJob({ ...ended, video, pollAt: null, finishedAt: now - 2 * hourMs, copy });
}

const expired = now - 2 * hourMs;

/** Everything that can happen to a copy, and what may not: null is a change that is never asked for. */
const events: Record<
  string,
  { readonly on: readonly CopyState[]; readonly of: (job: Job) => Copy; readonly expiresAt?: number }
> = {
  'a copier claims it': { on: ['WAITING'], of: (job) => copyClaimed(job, now) },
  'the copy is stored': { on: ['WAITING'], of: (job) => copyStored(job, facts, now) },
  'the copy fails': { on: ['WAITING'], of: (job) => copyFailed(job, 'fault', now, 0.5) },
  'the copy fails, after the expiry': {
    on: ['WAITING'],
    of: (job) => copyFailed(job, 'fault', now, 0.5),
    expiresAt: expired,
  },
  'the file is missing': { on: ['WAITING'], of: (job) => copyFailed(job, 'missing', now, 0.5) },
  'its time is over': { on: ['STORED'], of: (job) => copyGone(job, now) },
  'a node claims the removal': { on: ['GONE'], of: (job) => removalClaimed(job, now) },
  'the files are removed': { on: ['GONE'], of: (job) => filesRemoved(job) },
  'the job is deleted': {
    on: ['NONE', 'WAITING', 'STORED', 'GONE'],
    of: (job) => erase(job, now)?.to.copy ?? job.copy,
  },
};

function cell(copy: Copy): string {
  const due = copy.copyAt === null ? 'nothing due' : `due +${(copy.copyAt - now) / 1000}s`;
  const words = [copy.state, due, copy.faults > 0 ? `faults ${copy.faults}` : '', copy.lost ? 'lost' : ''];
  if (copy.missingSince !== null) words.push(`missing for ${(now - copy.missingSince) / 1000}s`);
  return [...words, copy.sha256 === null ? '' : 'facts'].filter((word) => word !== '').join(', ');
}

describe('the copy of a video', () => {
  test('is this matrix of states and events', async () => {
    const lines = Object.entries(events).flatMap(([name, { on, of, expiresAt }]) => [
      name,
      ...Object.entries(copies).map(([state, copy]) => {
        const job = withCopy(copy, expiresAt);
        return `    ${state.padEnd(30)} ${on.includes(copy.state) ? cell(of(job)) : '.'}`;
      }),
    ]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./copy-matrix.txt');
  });

  test.each(Object.entries(events))('never goes back: %s', (_, { on, of, expiresAt }) => {
    for (const copy of Object.values(copies).filter(({ state }) => on.includes(state))) {
      const next = of(withCopy(copy, expiresAt));
      expect(isLaterCopy(copy, next)).toBe(false);
      expect(isLaterCopy(next, copy)).toBe(next.state !== copy.state);
      if (next.state === 'WAITING') expect(next.copyAt).toBeGreaterThan(now);
      if (next.state === 'STORED') expect([next.copyAt, next.faults, next.lost]).toEqual([null, 0, false]);
      if (copy.state === 'GONE') expect(next.settledAt).toBe(copy.settledAt);
    }
  });

  test('waits as soon as a video arrives, early or late, and only where videos are kept', () => {
    const running = jobs['PROCESSING'] ?? sampleJob();
    const failed = jobs['FAILED, looked at'] ?? sampleJob();
    const video = { url: 'https://v.example/a.mp4', contentType: 'video/mp4', expiresAt: null };
    const outcome = { event: { type: 'completed', video }, details: undefined, askedAt: given.now } as const;
    for (const job of [running, failed]) {
      const kept = advanceBy(job, outcome, { ...given, keepsVideos: true });
      expect(kept?.to.copy).toEqual({ ...noCopy, state: 'WAITING', copyAt: given.now });
      expect(advanceBy(job, outcome, given)?.to.copy).toEqual(noCopy);
    }
    const polled = { event: { type: 'seen', status: 'PROCESSING' }, details: undefined, askedAt: given.now } as const;
    expect(advanceBy(running, polled, { ...given, keepsVideos: true })?.to.copy).toEqual(noCopy);
  });

  test('is not asked for anew by a change that brings no video', () => {
    const job = withCopy(noCopy);
    const change = { from: job, to: { ...job, version: 6 }, moved: true, message: '' };
    expect(withWaitingCopy(change, now)).toBe(change);
  });

  test('backs off from 5 seconds to 10 minutes, with jitter', () => {
    const waits = [0, 1, 2, 5, 6, 7, 50].map((faults) => {
      const job = withCopy({ ...noCopy, state: 'WAITING', copyAt: now, faults });
      return [0, 1].map((chance) => ((copyFailed(job, 'fault', now, chance).copyAt ?? 0) - now) / 1000);
    });
    expect(waits).toEqual([
      [2.5, 5],
      [5, 10],
      [10, 20],
      [80, 160],
      [160, 320],
      [300, 600],
      [300, 600],
    ]);
  });

  test('is given up an hour after its file expired, and after three tries at least', () => {
    const tries = (faults: number, expiresAt: number | null) => {
      const job = withCopy({ ...noCopy, state: 'WAITING', copyAt: now, faults }, expiresAt);
      return copyFailed(job, 'fault', now, 0.5).state;
    };
    expect(tries(2, now - hourMs)).toBe('GONE');
    expect(tries(1, now - hourMs)).toBe('WAITING');
    expect(tries(50, now - hourMs + 1)).toBe('WAITING');
    expect(tries(50, null)).toBe('WAITING');
  });

  test('whose expiry is unknown is given up a week after its job ended', () => {
    const job = withCopy({ ...noCopy, state: 'WAITING', copyAt: now, faults: 9 }, null);
    const end = (job.finishedAt ?? 0) + unknownLifetimeMs + hourMs;
    expect(copyFailed(job, 'fault', end - 1, 0).state).toBe('WAITING');
    expect(copyFailed(job, 'fault', end, 0)).toMatchObject({ state: 'GONE', lost: true, settledAt: end, copyAt: end });
  });

  test('is lost after an hour of 404s only; any other response in between begins anew', () => {
    const missing = (copy: Copy, at: number) => copyFailed(withCopy(copy), 'missing', at, 0);
    const first = missing({ ...noCopy, state: 'WAITING', copyAt: now }, now);
    const second = missing(first, now + hourMs - 1);
    expect([first.state, second.state]).toEqual(['WAITING', 'WAITING']);
    expect(missing(second, now + hourMs)).toMatchObject({ state: 'GONE', lost: true });
    const between = copyFailed(withCopy(second), 'fault', now + hourMs, 0);
    expect(missing(between, now + 2 * hourMs)).toMatchObject({ state: 'WAITING', missingSince: now + 2 * hourMs });
  });

  test('is in danger when it fails within a day of its expiry', () => {
    const failing = { ...noCopy, state: 'WAITING', copyAt: now, faults: 1 } as const;
    const at = (copy: Copy, hours: number) => isCopyInDanger(withCopy(copy, now + hours * hourMs), now);
    expect([at(failing, 25), at(failing, 24), at({ ...failing, faults: 0 }, 1)]).toEqual([false, true, false]);
    expect(at(copies['STORED'] ?? noCopy, 1)).toBe(false);
  });

  test('has names that no other video has', () => {
    expect([videoFileOf('0f'), posterFileOf('0f')]).toEqual(['0f.mp4', '0f.jpg']);
  });

  test('comes from the video, else from the late video, and from nowhere once the job was deleted', () => {
    const job = withCopy(noCopy);
    const late = { url: 'https://v.example/late.mp4', contentType: 'video/mp4', expiresAt: null };
    expect(sourceOf(job)).toBe(job.video);
    expect(sourceOf({ ...job, video: null, lateVideo: late })).toBe(late);
    expect(sourceOf({ ...job, video: null })).toBeNull();
    expect(sourceOf({ ...job, deletedAt: 5 })).toBeNull();
  });

  test('may take its whole lease', () => {
    expect(copyLeaseMs).toBeGreaterThan(10 * 60_000);
  });
});
