import type { Environment, Job } from '../../src/domain/job.ts';

/** Whose: a user in one environment. */
export type Owner = { readonly owner: string; readonly environment: Environment };

/** What one call of a client came to. */
export type HttpResponse = Owner & {
  readonly verb: 'generate' | 'retry' | 'cancel';
  readonly key: string | null;
  /** What was asked for; null where it is another job's. */
  readonly prompt: string | null;
  /** The job that was to be tried again, or canceled. */
  readonly of: string | null;
  readonly askedAt: number;
  readonly answeredAt: number;
  /** `none` where no answer came: the node was lost, or took too long. `error` where the call was rejected. */
  readonly kind: string;
  readonly job: Job | null;
  readonly replayed: boolean | null;
};

/** What one grant came to; its reason is its own. */
export type GrantAnswer = Owner & {
  readonly key: string | null;
  readonly reason: string;
  readonly credits: number;
  readonly kind: 'granted' | 'refused' | 'error' | 'none';
};

/** What one subscriber saw, over all its connections. */
export type Sighting<Item> = Owner & {
  readonly seen: { readonly at: number; readonly item: Item }[];
  /** From when to when each of its connections was read. */
  readonly connections: { readonly from: number; to: number }[];
  /** What it noticed by itself. */
  readonly faults: string[];
};

/** A subscriber of one job. */
export type JobSighting = Sighting<Job> & { readonly jobId: string; state: 'watching' | 'completed' };

/** A subscriber of an account. */
export type AccountSighting = Sighting<{ readonly balance: number; readonly held: number }>;

/** A subscriber of a feed; null until it knows after which number it began. */
export type FeedSighting = Sighting<{ readonly feed: number; readonly jobId: string; readonly version: number }> & {
  after: number | null;
};

/** Everything that the clients of a history saw: the other half of the evidence beside the store. */
export type Sightings = {
  readonly answers: HttpResponse[];
  readonly grants: GrantAnswer[];
  readonly jobs: JobSighting[];
  readonly accounts: AccountSighting[];
  readonly feeds: FeedSighting[];
};

/** Clients that have seen nothing yet. */
export function createSightings(): Sightings {
  return { answers: [], grants: [], jobs: [], accounts: [], feeds: [] };
}
