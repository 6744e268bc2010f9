import type { Change } from './change.ts';
import type { Copy, CopyState, Job, Video } from './job.ts';

/** The copy of a job's video, which `Job` holds. */
export type { Copy, CopyState } from './job.ts';

/** What a copier finds out about a video while it stores it. */
export type CopyFacts = {
  readonly byteSize: number;
  readonly sha256: string;
  readonly durationSeconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly hasPoster: boolean;
};

/** Why a try to copy failed. `missing`: the provider does not have the file (404, 410). `fault`: anything that may pass. */
export type CopyFault = 'fault' | 'missing';

/** The lease of a copy: longer than a whole copy may take (10 minutes). */
export const copyLeaseMs = 11 * 60_000;

/** The lease of the removal of a video's files, and the wait before it is tried again. */
export const removalLeaseMs = 60_000;

/** For how long the provider must have been without the file before the video counts as lost. */
const missingForMs = 60 * 60_000;

/** For how long after its expiry a file is still asked for: the provider may delete it later than it says. */
const expiryGraceMs = 60 * 60_000;

/** For how long the file of an unknown expiry is asked for, from the end of its job. */
export const unknownLifetimeMs = 7 * 24 * 60 * 60_000;

/** A copy that still fails this long before its file expires needs the operator. */
const alarmMs = 24 * 60 * 60_000;

/** No video is given up after fewer tries. */
const fewestTries = 3;

const firstBackoffMs = 5000;

const longestBackoffMs = 10 * 60_000;

/** The copy of a job without a video, and of every job where this installation keeps none. */
export const noCopy: Copy = {
  state: 'NONE',
  copyAt: null,
  faults: 0,
  missingSince: null,
  settledAt: null,
  lost: false,
  byteSize: null,
  sha256: null,
  durationSeconds: null,
  width: null,
  height: null,
  hasPoster: false,
};

/** The order in which a copy can have its states, for telling a newer row from an older one. */
const order: Record<CopyState, number> = { NONE: 0, WAITING: 1, STORED: 2, GONE: 3 };

/**
 * Whether a copy is in a later state than another of the same job. No copy ever goes back:
 *
 *   NONE ── a video arrives ──► WAITING ── stored ──► STORED ── its time is over, job deleted ──► GONE: files are removed, then nothing
 *                                 │  ▲                                                             ▲
 *                                 └──┴── failed: later again                                       │
 *                                 └── lost at the provider, job deleted ───────────────────────────┘
 */
export function isLaterCopy(copy: Copy, known: Copy): boolean {
  return order[copy.state] > order[known.state];
}

/** The name of a video's file in the store of videos. */
export function videoFileOf(videoId: string): string {
  return `${videoId}.mp4`;
}

/** The name of its poster's file. */
export function posterFileOf(videoId: string): string {
  return `${videoId}.jpg`;
}

/** Where the bytes of a job's video come from: its video, or its late video. Null if it has none, or was deleted. */
export function sourceOf(job: Pick<Job, 'video' | 'lateVideo' | 'deletedAt'>): Video | null {
  return job.deletedAt === null ? (job.video ?? job.lateVideo) : null;
}

/** The same change; if it brings a video, its copy waits to be made from `now` on. */
export function withWaitingCopy(change: Change, now: number): Change {
  const { from, to } = change;
  if (sourceOf(from) !== null || sourceOf(to) === null || to.copy.state !== 'NONE') return change;
  return { ...change, to: { ...to, copy: { ...noCopy, state: 'WAITING', copyAt: now } } };
}

/** A due copy, taken by a copier: nobody else gets it before the lease ends. */
export function copyClaimed({ copy }: Job, now: number): Copy {
  return { ...copy, copyAt: now + copyLeaseMs };
}

/** The copy once the video is in the store, durably. */
export function copyStored(_job: Job, facts: CopyFacts, now: number): Copy {
  return { ...noCopy, ...facts, state: 'STORED', settledAt: now };
}

/** The copy after a failed try: later again, or GONE and lost if the provider has lost the file or must have deleted it. */
export function copyFailed(job: Job, fault: CopyFault, now: number, chance: number): Copy {
  const faults = job.copy.faults + 1;
  const missingSince = fault === 'missing' ? (job.copy.missingSince ?? now) : null;
  const isMissing = missingSince !== null && now - missingSince >= missingForMs;
  if (faults >= fewestTries && (isMissing || now >= sourceEndOf(job) + expiryGraceMs)) {
    return { ...copyGone(job, now), lost: true, faults, missingSince };
  }
  const waitMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** job.copy.faults);
  // Half of the wait is random, so that the copies that failed together are not all tried again together.
  return { ...job.copy, faults, missingSince, copyAt: Math.round(now + waitMs * (0.5 + 0.5 * chance)) };
}

/** The copy of a video that this installation keeps no longer: its files are due to be removed. What is known of the video stays. */
export function copyGone({ copy }: Job, now: number): Copy {
  return { ...copy, state: 'GONE', copyAt: now, settledAt: now };
}

/** A due removal of files, taken by a node; it falls due again if the node fails. */
export function removalClaimed({ copy }: Job, now: number): Copy {
  return { ...copy, copyAt: now + removalLeaseMs };
}

/** The copy once its files are removed: nothing is left to do. */
export function filesRemoved({ copy }: Job): Copy {
  return { ...copy, copyAt: null };
}

/** Whether a copy that has failed has so little time left that the operator must be told. */
export function isCopyInDanger(job: Job, now: number): boolean {
  return job.copy.state === 'WAITING' && job.copy.faults > 0 && now >= sourceEndOf(job) - alarmMs;
}

/** When the provider is due to delete the file of a job's video; a job without one never asks. */
function sourceEndOf(job: Job): number {
  return sourceOf(job)?.expiresAt ?? (job.finishedAt ?? job.createdAt) + unknownLifetimeMs;
}
