import type { JobFailureCode } from '../domain/failure-code.ts';
import type { Environment, Job, JobStatus } from '../domain/job.ts';
import type { Page, Slice } from '../domain/page.ts';

/** Selects jobs of a list; null or absent means any. A job must match every field. Instants in epoch milliseconds. */
export type JobFilter = {
  readonly status: readonly JobStatus[] | null;
  readonly externalId: string | null;
  readonly failureCode?: readonly JobFailureCode[] | null;
  /** Jobs that were stored at this instant or later. */
  readonly createdAfter?: number | null;
  /** Jobs that were stored before this instant. */
  readonly createdBefore?: number | null;
  /** Jobs whose prompt or reference contains this text, whatever the case of its ASCII letters; '' matches any. */
  readonly search?: string | null;
};

/**
 * Lists of jobs, newest first by id. Where an index alone does not decide which jobs match, a page looks at a bounded number of jobs. It
 * may then have fewer items than asked for, with a `startKey` or `endKey` at which to go on.
 */
export interface JobLists {
  listJobs(accountId: string, filter: JobFilter, page: Page<string>): Promise<Slice<Job>>;
  /**
   * How many jobs of an account match. Where `search`, or a reference together with failure codes, needs a look at each job, only the
   * newest jobs are looked at: at least 10,000 of those that match the other fields.
   */
  countJobs(accountId: string, filter: JobFilter): Promise<number>;
  /** As `listJobs`: the jobs of all users of an environment. */
  listAllJobs(environment: Environment, filter: JobFilter, page: Page<string>): Promise<Slice<Job>>;
  /** As `countJobs`, of all users of an environment. */
  countAllJobs(environment: Environment, filter: JobFilter): Promise<number>;
  /** The newest job of an environment that the provider knows by a request id; null if there is none. */
  findJobByRequest(environment: Environment, requestId: string): Promise<Job | null>;
}
