import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { createLocalBudget, createOpenBudget } from '../../src/adapter/budget/local.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import type { Job, SubmitEvent } from '../../src/domain/job.ts';
import { estimateOf, livePrior } from '../../src/domain/progress.ts';
import type { Admission, Log, PollResponse, Provider, Store } from '../../src/ports.ts';
import { createEstimates } from '../../src/read/estimates.ts';
import { createPoller } from '../../src/worker/poller.ts';
import { createManualClock } from '../world/clock.ts';

/** The requests that the test's provider got, and how it responds. */
type ProviderDouble = Provider & {
  readonly submitted: string[];
  readonly polled: string[];
  onSubmit: (job: Job, mayBegin: () => boolean) => Promise<SubmitEvent>;
  onPoll: (job: Job) => Promise<PollResponse>;
};

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const pace = { intervalMs: 7000, deadlineMs: 120_000, resendLimit: 0 };

const account = { owner: 'ada', environment: 'LIVE' } as const;

/** A gate that callers wait at until it opens, with the values of those who waited. */
export function createGate<T = void>() {
  let open: (value: T) => void = () => undefined;
  const passed = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { passed, open: (value: T) => open(value) };
}

/** The provider's acceptance of a job. */
export function acceptance(job: Job): SubmitEvent {
  return {
    type: 'accepted',
    requestId: `r-${job.id}`,
    pollUrl: `https://api.segmind.com/${job.id}`,
    poll: { type: 'seen', status: 'QUEUED' },
  };
}

/** A poller over a real store in memory, with a clock that the test moves and a provider that it scripts. */
export async function openPollerWorld(
  options: {
    requestsPerMinute?: number;
    wrap?: (store: Store) => Store;
    deadlineMs?: number;
    keepsVideos?: boolean;
  } = {},
) {
  const clock = createManualClock();
  const store = openSqliteStore({ file: ':memory:', newId: clock.newId, exclusive: true });
  await store.arrive(account, 1_000_000, clock.now());
  const submitted: string[] = [];
  const polled: string[] = [];
  const provider: ProviderDouble = {
    submitted,
    polled,
    onSubmit: (job) => Promise.resolve(acceptance(job)),
    onPoll: () => Promise.resolve({ event: { type: 'seen', status: 'PROCESSING' }, retryAt: null }),
    submit(job, mayBegin) {
      submitted.push(job.id);
      return provider.onSubmit(job, mayBegin);
    },
    poll(job) {
      polled.push(job.id);
      return provider.onPoll(job);
    },
  };
  const { requestsPerMinute, wrap = (unwrapped: Store) => unwrapped } = options;
  const budget =
    requestsPerMinute === undefined ? createOpenBudget({ clock }) : createLocalBudget({ requestsPerMinute, clock });
  const poller = createPoller({
    environment: 'LIVE',
    store: wrap(store),
    provider,
    bell: createLocalBell(),
    budget,
    clock,
    estimates: createEstimates({ store, clock }),
    pace: { ...pace, deadlineMs: options.deadlineMs ?? pace.deadlineMs },
    keepsVideos: options.keepsVideos ?? false,
    log: quiet,
  });

  function admissionOf(patch: Partial<Admission> = {}): Admission {
    return {
      id: clock.newId(),
      videoId: clock.newSecretId(),
      account,
      input: { prompt: 'p', aspectRatio: 'SQUARE_1_1', seed: 1, externalId: null },
      idempotencyKey: null,
      retryOf: null,
      spending: null,
      priceCredits: 1,
      maxCredits: null,
      limits: { perMinute: 100_000, inFlight: 100_000 },
      estimate: estimateOf([], livePrior),
      createdAt: clock.now(),
      deadlineAt: clock.now() + (options.deadlineMs ?? pace.deadlineMs),
      ...patch,
    };
  }

  async function admit(): Promise<string> {
    const admission = admissionOf();
    await store.admit(admission);
    return admission.id;
  }

  async function job(id: string): Promise<Job> {
    const found = await store.findJob(id);
    if (found === null) throw new Error(`No job ${id}`);
    return found;
  }

  return { clock, store, provider, poller, budget, admit, job };
}
