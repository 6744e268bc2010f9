import type { Environment, Job } from '../domain/job.ts';
import type { LoggedDelivery } from '../ports/webhook.ts';
import type { JobFilter, Page, Slice, Store } from '../ports.ts';

/** How an operator names one job: by its id, or by the id that the provider gave it. */
type JobName = { readonly id: string } | { readonly providerRequestId: string };

/** Which jobs an operator lists: those of one user, or of all (null). */
export type OperatorFilter = JobFilter & { readonly userId: string | null };

/** The environment to look in: jobs of the other one do not exist there. A viewer fits. */
type Place = { readonly environment: Environment };

/** Reads of all users' jobs in one environment. For admins only: the caller must have checked that. */
export interface OperatorReads {
  operatorJob(at: Place, name: JobName): Promise<Job | null>;
  /** Newest first. */
  operatorJobs(at: Place, filter: OperatorFilter, page: Page<string>): Promise<Slice<Job>>;
  operatorJobCount(at: Place, filter: OperatorFilter): Promise<number>;
  /** The webhooks that tell of a job, newest first. */
  jobWebhooks(job: Job, limit: number): Promise<readonly LoggedDelivery[]>;
}

type OperatorStore = Pick<
  Store,
  | 'findJob'
  | 'findJobByRequest'
  | 'listJobs'
  | 'countJobs'
  | 'listAllJobs'
  | 'countAllJobs'
  | 'listAccounts'
  | 'listJobWebhooks'
>;

/** The operator's reads of a store. */
export function createOperatorReads(store: OperatorStore): OperatorReads {
  /** The id of a user's account; null if they have none. Reading must not create one. */
  async function accountIdOf({ environment }: Place, userId: string): Promise<string | null> {
    const one = { count: { from: 'start', limit: 1 }, after: null, before: null } as const;
    // A text comes before every longer one that begins with it.
    const { items } = await store.listAccounts(environment, userId, one);
    return items[0]?.owner === userId ? items[0].id : null;
  }

  return {
    async operatorJob({ environment }, name) {
      if (!('id' in name)) return store.findJobByRequest(environment, name.providerRequestId);
      const job = await store.findJob(name.id);
      return job?.environment === environment ? job : null;
    },
    async operatorJobs(at, { userId, ...filter }, page) {
      if (userId === null) return store.listAllJobs(at.environment, filter, page);
      const accountId = await accountIdOf(at, userId);
      return accountId === null
        ? { items: [], hasPrevious: false, hasNext: false }
        : store.listJobs(accountId, filter, page);
    },
    async operatorJobCount(at, { userId, ...filter }) {
      if (userId === null) return store.countAllJobs(at.environment, filter);
      const accountId = await accountIdOf(at, userId);
      return accountId === null ? 0 : store.countJobs(accountId, filter);
    },
    jobWebhooks: (job, limit) => store.listJobWebhooks(job.id, limit),
  };
}
