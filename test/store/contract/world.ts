import { expect } from 'vitest';
import type { ScanBounds } from '../../../src/adapter/store/shared/scan.ts';
import type { Change } from '../../../src/domain/change.ts';
import type { Job, LifeEvent } from '../../../src/domain/job.ts';
import type { AccountKey } from '../../../src/domain/ledger.ts';
import { advance, type Circumstances } from '../../../src/domain/life.ts';
import type { Admission, Admitted, Grant, Page, Store, StoredApiKey } from '../../../src/ports.ts';

/** A test's database, closed when the test has finished. `run` executes a statement on its engine, past the store. */
export type TestDatabase = { readonly store: Store; readonly run: (statement: string) => Promise<void> };

/** Opens an empty database for the calling test; without bounds, with those of every store that serves. */
export type OpenDatabase = (bounds?: ScanBounds) => Promise<TestDatabase>;

/** The user of most tests, and one who must never be affected. */
export const ana: AccountKey = { owner: 'ana', environment: 'TEST' };

export const bob: AccountKey = { owner: 'bob', environment: 'TEST' };

/** The time at which most tests start. */
export const start = 1_800_000_000_000;

const price = 67;

export const pace = { intervalMs: 7000, deadlineMs: 1_200_000, resendLimit: 0 };

const estimate = { quantileSeconds: Array.from({ length: 20 }, (_, i) => 100.5 + i), sampleSize: 0 };

export const video = { url: 'https://images.example/a.mp4', contentType: 'video/mp4', expiresAt: start + 600_000 };

let made = 0;

/** Ids that sort in the order of creation. */
export function newId(): string {
  made += 1;
  return `01900000-0000-7000-8000-${made.toString(16).padStart(12, '0')}`;
}

/** Video ids, each used once. */
function newVideoId(): string {
  return newId().replaceAll('-', '');
}

/** An admission that nothing prevents. */
export function admissionOf(patch: Partial<Admission> = {}): Admission {
  const createdAt = patch.createdAt ?? start;
  return {
    id: newId(),
    videoId: newVideoId(),
    account: ana,
    input: { prompt: 'A boat', aspectRatio: 'SQUARE_1_1', seed: 7, externalId: null },
    idempotencyKey: null,
    retryOf: null,
    priceCredits: price,
    maxCredits: null,
    spending: null,
    limits: { perMinute: 60, inFlight: 50 },
    estimate,
    createdAt,
    deadlineAt: createdAt + pace.deadlineMs,
    ...patch,
  };
}

/** Stores a job for an account that has 1000 credits. */
export async function admit(store: Store, patch: Partial<Admission> = {}): Promise<Admitted> {
  const admission = admissionOf(patch);
  await store.arrive(admission.account, 1000, admission.createdAt);
  const admitted = await store.admit(admission);
  if (admitted.kind !== 'admitted') throw new Error(`Not admitted: ${admitted.message}`);
  return admitted;
}

export function circumstances(now: number): Circumstances {
  return { now, pace, chance: 0.5, estimate };
}

/** The row that an event makes of a job at a given time; the event must apply to it. */
export function changeOf(job: Job, event: LifeEvent, now = start): Change {
  const change = advance(job, event, circumstances(now));
  if (change === null) throw new Error(`${event.type} means nothing to a ${job.state} job`);
  return change;
}

/** Applies events to a job, a second apart from `at`; the stored row is then their result. */
export async function live(store: Store, job: Job, events: readonly LifeEvent[], at = start): Promise<Job> {
  let current = job;
  for (const [index, event] of events.entries()) {
    const now = at + index * 1000;
    const change = changeOf(current, event, now);
    expect(await store.commit(change, now)).toBe(true);
    current = change.to;
  }
  return current;
}

export const claimed = { type: 'claimed' } as const;

export const accepted = {
  type: 'accepted',
  requestId: 'r1',
  pollUrl: 'https://provider.example/r1',
  poll: { type: 'seen', status: 'QUEUED' },
} as const;

export const processing = { type: 'seen', status: 'PROCESSING' } as const;

export const completed = { type: 'completed', video } as const;

export const failed = {
  type: 'failed',
  failure: { code: 'GENERATION_FAILED', message: 'No.', httpStatus: null },
} as const;

export const unconfirmed = { type: 'unconfirmed', httpStatus: 502 } as const;

export const canceled = { type: 'canceled' } as const;

export const deadline = { type: 'deadline', unseen: false } as const;

/** The events that lead to each state of a job. */
export const lives = {
  pending: [],
  submitting: [claimed],
  queued: [claimed, accepted],
  processing: [claimed, accepted, processing],
  completed: [claimed, accepted, completed],
  failed: [claimed, accepted, processing, failed],
  canceled: [canceled],
  unconfirmed: [claimed, unconfirmed],
  expired: [claimed, accepted, deadline],
  late: [claimed, accepted, deadline, completed],
} satisfies Record<string, readonly LifeEvent[]>;

export function grantOf(patch: Partial<Grant> = {}): Grant {
  return {
    account: ana,
    credits: 100,
    reason: 'Thanks',
    idempotencyKey: null,
    signupCredits: 1000,
    createdAt: start,
    ...patch,
  };
}

/** A key of ana's that allows everything and never expires. */
export function keyOf(patch: Partial<StoredApiKey> = {}): StoredApiKey {
  return {
    ...ana,
    id: newId(),
    scopes: ['jobs:read', 'jobs:write', 'credits:read'],
    label: null,
    secretHash: new Uint8Array(32).fill(7),
    createdAt: start,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    ...patch,
  };
}

export function first<Key>(limit: number, after: Key | null = null, before: Key | null = null): Page<Key> {
  return { count: { from: 'start', limit }, after, before };
}

export function last<Key>(limit: number, before: Key | null = null, after: Key | null = null): Page<Key> {
  return { count: { from: 'end', limit }, after, before };
}

export const anyJob = { status: null, externalId: null };
