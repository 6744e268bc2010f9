import fc from 'fast-check';
import { erase } from '../../../src/domain/erasure.ts';
import type { JobFailureCode } from '../../../src/domain/failure-code.ts';
import { type Environment, type Job, type JobStatus, type LifeEvent, statusOf } from '../../../src/domain/job.ts';
import type { JobFilter, Page, Slice, Store } from '../../../src/ports.ts';
import { admit, ana, bob, failed, first, last, live, lives, start } from './world.ts';

/** What a job is made from, beside its owner. */
type Recipe = {
  readonly prompt: string;
  readonly externalId: string | null;
  /** From `start`, in ms. */
  readonly createdAt: number;
  /** How far the instant in its id is from `createdAt`, in ms. */
  readonly idMs: number;
  readonly life: readonly LifeEvent[];
  readonly isDeleted: boolean;
  readonly owner: number;
};

const prompts = [
  'A Boat at sea',
  'a BOAT',
  '50% off',
  'snake_case',
  'back\\slash',
  'Äpfel und İzmir',
  'äpfel',
  '@test/ok',
];

const references = [null, null, 'order-1', 'ORDER-1', '100%_\\'];

const codes: readonly JobFailureCode[] = ['GENERATION_FAILED', 'CONTENT_REJECTED', 'DEADLINE_EXCEEDED'];

const endings: readonly (readonly LifeEvent[])[] = [
  ...codes.map((code) => [...lives.processing, { ...failed, failure: { ...failed.failure, code } }]),
  lives.completed,
  lives.canceled,
];

/** Ties, both sides of the slack between an id's instant and `createdAt`, and clocks that were hours wrong. */
const recipe: fc.Arbitrary<Recipe> = fc.record({
  prompt: fc.constantFrom(...prompts),
  externalId: fc.constantFrom(...references),
  createdAt: fc.constantFrom(0, 0, 1, 59_999, 60_000, 60_001, 180_000, 600_000),
  idMs: fc.constantFrom(0, 0, 0, 1, -1, 60_000, -60_000, 60_001, -60_001, 7_200_000, -7_200_000),
  life: fc.constantFrom<readonly LifeEvent[]>(lives.pending, lives.queued, ...endings),
  isDeleted: fc.constantFrom(false, false, true),
  owner: fc.nat(2),
});

/** The same jobs for every engine: a random sample of a fixed seed. */
const recipes = fc.sample(recipe, { seed: 26, numRuns: 120 });

const owners = [ana, bob, { ...ana, environment: 'LIVE' as const }];

/** A UUIDv7 of an instant. `serial` tells ids of the same instant apart, in a random order. */
function idAt(ms: number, serial: number): string {
  const digits = ms.toString(16).padStart(12, '0');
  const rest = ((serial * 2_654_435_761) % 2 ** 32).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-${rest}`;
}

/** Stores jobs of three accounts and returns them as they are stored, newest first by id. */
export async function storedJobs(store: Store): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (const [serial, each] of recipes.entries()) {
    const createdAt = start + each.createdAt;
    const { job } = await admit(store, {
      id: idAt(createdAt + each.idMs, serial + 1),
      account: owners[each.owner] ?? ana,
      input: { prompt: each.prompt, aspectRatio: 'SQUARE_1_1', seed: serial, externalId: each.externalId },
      priceCredits: 0,
      limits: { perMinute: 1000, inFlight: 1000 },
      createdAt,
    });
    const lived = await live(store, job, each.life, createdAt);
    const erasure = each.isDeleted ? erase(lived, createdAt) : null;
    if (erasure !== null) await store.commit(erasure, createdAt);
    jobs.push(erasure?.to ?? lived);
  }
  return jobs.toSorted((one, other) => (one.id < other.id ? 1 : -1));
}

const instant = fc.option(
  fc.constantFrom(0, 1, 59_999, 60_000, 60_001, 120_000, 600_000, 600_001, -1).map((ms) => start + ms),
);

/** Any filter, with texts that are found and those that are not. */
export const anyFilter: fc.Arbitrary<JobFilter> = fc.record<Required<JobFilter>>({
  status: fc.option(fc.subarray<JobStatus>(['PENDING', 'QUEUED', 'COMPLETED', 'FAILED', 'CANCELED'])),
  externalId: fc.option(fc.constantFrom('order-1', '100%_\\', 'none'), { freq: 3 }),
  failureCode: fc.option(fc.subarray([...codes])),
  createdAfter: instant,
  createdBefore: instant,
  search: fc.option(fc.constantFrom('', 'boat', 'BoAt', '%', '_', '\\', 'äpfel', 'izmir', 'order', 'a', '@test')),
});

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether a job matches, decided without any index. */
export function matches(job: Job, filter: JobFilter): boolean {
  const { status, externalId, failureCode = null, createdAfter = null, createdBefore = null } = filter;
  const search = lowerAscii(filter.search ?? '');
  const texts = job.deletedAt === null ? [job.prompt, job.externalId ?? ''] : [];
  return (
    (status === null || status.includes(statusOf(job.state))) &&
    (externalId === null || job.externalId === externalId) &&
    (failureCode === null || (job.failure !== null && failureCode.includes(job.failure.code))) &&
    (createdAfter === null || job.createdAt >= createdAfter) &&
    (createdBefore === null || job.createdAt < createdBefore) &&
    (search === '' || texts.some((text) => lowerAscii(text).includes(search)))
  );
}

/** Reads one page of a list. */
export type ReadPage = (page: Page<string>) => Promise<Slice<Job>>;

/** How a list is read to its end. */
export type Way = { readonly limit: number; readonly isForwards: boolean };

/** The ids of all pages of a list in its order. Throws if the pages do not end. */
export async function allPages(read: ReadPage, { limit, isForwards }: Way): Promise<readonly string[]> {
  const pages: string[][] = [];
  let page: Page<string> = isForwards ? first(limit) : last(limit);
  while (pages.length < 500) {
    const { items, hasNext, hasPrevious, startKey, endKey } = await read(page);
    if (items.length > limit) throw new Error(`A page of ${limit} has ${items.length} items`);
    const ids = items.map(({ id }) => id);
    if (isForwards) pages.push(ids);
    else pages.unshift(ids);
    if (!(isForwards ? hasNext : hasPrevious)) return pages.flat();
    const key = isForwards ? (endKey ?? ids.at(-1)) : (startKey ?? ids[0]);
    if (key === undefined) throw new Error('A page that is not the last has no cursor');
    page = isForwards ? first(limit, key) : last(limit, key);
  }
  throw new Error('The pages do not end');
}

/** The environments of the stored jobs. */
export const bothEnvironments: readonly Environment[] = ['TEST', 'LIVE'];
