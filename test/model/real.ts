import type { FailureOf } from '../../src/domain/failure.ts';
import { jobFailure } from '../../src/domain/failure-code.ts';
import type { Job, LifeEvent } from '../../src/domain/job.ts';
import { advance, dueEventOf } from '../../src/domain/life.ts';
import { estimateOf, livePrior } from '../../src/domain/progress.ts';
import type { GenerateResult } from '../../src/gateway/admission.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import type { Viewer } from '../../src/gateway/viewer.ts';
import type { Clock } from '../../src/ports.ts';
import type { View } from '../../src/read/view.ts';
import type { Watch } from '../../src/read/watch.ts';
import { openDatabase } from '../simulation/database.ts';
import { type Evidence, readEvidence } from '../simulation/evidence.ts';
import { createRandom } from '../simulation/random.ts';
import { testVideos } from '../world/videos.ts';
import { type Outcome, settings } from './model.ts';

const calm = { crash: 0, pause: 0, delay: 0, delayMs: 0, fault: 0, drain: 0, lostRings: 0 };

const video = { url: 'https://images.segmind.com/x.mp4', contentType: 'video/mp4', expiresAt: null };

const acceptance = { type: 'accepted', requestId: 'r', pollUrl: 'https://api.segmind.com/r' } as const;

const given = { pace: { ...settings, resendLimit: 0 }, chance: 0, estimate: estimateOf([], livePrior) };

const events: Record<Outcome, LifeEvent> = {
  accepted: { ...acceptance, poll: { type: 'seen', status: 'QUEUED' } },
  acceptedDone: { ...acceptance, poll: { type: 'completed', video } },
  refused: { type: 'refused', failure: jobFailure('PROVIDER_BAD_REQUEST', 400) },
  unconfirmed: { type: 'unconfirmed', httpStatus: null },
  notSent: { type: 'notSent' },
  completed: { type: 'completed', video },
  failed: { type: 'failed', failure: jobFailure('GENERATION_FAILED') },
};

/** The real gateway over the real store, with a manual clock; it returns the same texts as the model. */
export function openReal() {
  let now = Date.UTC(2026, 0, 1);
  let ids = 0;
  const newId = () => `01900000-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`;
  const database = openDatabase(createRandom(1), calm, newId);
  const { store } = database;
  const newSecretId = () => newId().replaceAll('-', '');
  const still = { now: () => now, monotonic: () => now, after: () => () => undefined };
  const clock: Clock = { ...still, random: () => 0, newId, newSecretId };
  const gateway = createGateway({
    store,
    bell: { ring: () => undefined, listen: () => () => undefined, close: () => Promise.resolve() },
    clock,
    watch: endedWatch,
    estimates: () => Promise.resolve(given.estimate),
    videos: testVideos,
    settings: { ...settings, signupCredits: { LIVE: settings.signupCredits, TEST: 0 } },
  });
  const viewerOf = (userId: string) => gateway.ensureAccount({ userId, environment: 'LIVE', roles: [] });
  const root: Viewer = { userId: 'root', environment: 'LIVE', roles: ['admin'], accountId: 'none' };

  return {
    now: () => now,
    pass(ms: number) {
      now += ms;
    },
    generate: async (
      owner: string,
      request: { idempotencyKey: string | null; prompt: string; maxCredits: number | null },
    ) => wordOf(await gateway.generateVideo(await viewerOf(owner), request)),
    retry: async (owner: string, id: string, key: string | null) =>
      wordOf(await gateway.retryJob(await viewerOf(owner), id, { idempotencyKey: key })),
    async cancel(owner: string, id: string): Promise<string> {
      const result = await gateway.cancelJob(await viewerOf(owner), id);
      return 'kind' in result ? wordOf(result) : `canceled ${result.id}`;
    },
    async grant(userId: string, idempotencyKey: string | null, credits: number): Promise<string> {
      const result = await gateway.grantCredits(root, { userId, idempotencyKey, credits, reason: 'why' });
      if (!('kind' in result)) return 'granted';
      return result.kind === 'grantConflict' ? 'conflict' : result.kind;
    },
    async claim(): Promise<void> {
      const order = { environment: 'LIVE', submits: 100, polls: 0, endings: 100 } as const;
      await store.claimDue(order, now, (job) => advance(job, dueEventOf(job, now), { ...given, now }));
    },
    async conclude(id: string, outcome: Outcome): Promise<void> {
      const job = await store.findJob(id);
      const change = job === null ? null : advance(job, events[outcome], { ...given, now });
      if (change !== null && !(await store.commit(change, now))) throw new Error(`${id} changed since it was read.`);
    },
    async evidence(): Promise<readonly Evidence[]> {
      return Promise.all(database.accountIds().map((id) => readEvidence(store, id)));
    },
    close: () => database.close(),
  };
}

/** Views that end at once, because no mutation here waits for the provider. */
const endedWatch: Watch = { job: () => endedView<Job>(), account: () => endedView(), feed: () => endedView() };

function endedView<Item>(): View<Item> {
  const done = () => Promise.resolve({ done: true, value: undefined } as const);
  return {
    next: done,
    return: done,
    close: () => undefined,
    each: ({ onEnd }) => onEnd(null),
    buffered: [],
    refresh: () => undefined,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function wordOf(result: GenerateResult | FailureOf<'notFound' | 'jobState'>): string {
  switch (result.kind) {
    case 'generated':
      return `${result.replayed ? 'replayed' : 'new'} ${result.job.id}`;
    case 'idempotencyConflict':
      return `conflict ${result.job.id}`;
    case 'job':
      return `${result.code} ${result.job.id}`;
    case 'jobState':
      return result.code;
    case 'invalidInput':
    case 'insufficientCredits':
    case 'budgetExceeded':
    case 'rateLimited':
    case 'notFound':
      return result.kind;
  }
}
