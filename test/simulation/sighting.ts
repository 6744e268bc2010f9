import type { Environment, Job } from '../../src/domain/job.ts';

/** A user in one environment. */
export type Owner = { readonly owner: string; readonly environment: Environment };

/** The result of one call of a client. */
export type ClientResult = Owner & {
  readonly verb: 'generate' | 'retry' | 'cancel';
  readonly key: string | null;
  /** The requested prompt; null for a retry or a cancel. */
  readonly prompt: string | null;
  /** The job to retry or to cancel. */
  readonly of: string | null;
  readonly sentAt: number;
  readonly receivedAt: number;
  /** `none` if no response came, because the node ended or took too long. `error` if the call rejected. */
  readonly kind: string;
  readonly job: Job | null;
  readonly replayed: boolean | null;
};

/** The result of one grant; no two grants share a reason. */
export type GrantResult = Owner & {
  readonly key: string | null;
  readonly reason: string;
  readonly credits: number;
  readonly kind: 'granted' | 'refused' | 'error' | 'none';
};

/** What one subscriber saw, over all its connections. */
export type Sighting<Item> = Owner & {
  readonly seen: { readonly at: number; readonly item: Item }[];
  /** When each of its connections was being read. */
  readonly connections: { readonly from: number; to: number }[];
  /** Faults that the subscriber itself noticed. */
  readonly faults: string[];
};

/** A subscriber of one job. */
export type JobSighting = Sighting<Job> & { readonly jobId: string; state: 'watching' | 'completed' };

/** A subscriber of an account. */
export type AccountSighting = Sighting<{ readonly balance: number; readonly held: number }>;

/** A subscriber of a feed; `after` is null until it knows after which number it started. */
export type FeedSighting = Sighting<{ readonly feed: number; readonly jobId: string; readonly version: number }> & {
  after: number | null;
};

/** Everything that the clients of a history saw, which the invariants compare with the store. */
export type Sightings = {
  readonly results: ClientResult[];
  readonly grants: GrantResult[];
  readonly jobs: JobSighting[];
  readonly accounts: AccountSighting[];
  readonly feeds: FeedSighting[];
};

/** Creates an empty record. */
export function createSightings(): Sightings {
  return { results: [], grants: [], jobs: [], accounts: [], feeds: [] };
}
