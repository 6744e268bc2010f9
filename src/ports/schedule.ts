import type { Change } from '../domain/change.ts';
import type { Environment, Job } from '../domain/job.ts';

/**
 * How many due rows of each kind a claim may take. `submits`: PENDING rows before their deadline, in turn between accounts. `polls`:
 * QUEUED and PROCESSING rows, and FAILED rows still polled for a late video. `endings` need no request to the provider: SUBMITTING rows
 * whose lease ran out, and PENDING rows whose deadline has passed.
 */
export type ClaimOrder = {
  readonly environment: Environment;
  readonly submits: number;
  readonly polls: number;
  readonly endings: number;
};

/** Decides the change that a claim makes to a job at `now`. Null is a bug: the store then postpones the row. */
export type Decide = (job: Job, now: number) => Change | null;

/** How many rows of each kind are due, counted up to a limit, and when the next row of any kind falls due; null if none will. */
export type Due = {
  readonly submits: number;
  readonly polls: number;
  readonly endings: number;
  /** Since when a running job's poll has been due, of all that are due the longest; null if none is. */
  readonly pollsSince: number | null;
  readonly nextAt: number | null;
};
