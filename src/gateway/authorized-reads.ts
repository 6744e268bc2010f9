import { reachesJob } from '../domain/access.ts';
import type { Job } from '../domain/job.ts';
import type { Account } from '../domain/ledger.ts';
import { createLoader } from '../read/loader.ts';
import { createEnsureAccount, type EnsureAccount } from './account-cache.ts';
import type { GatewayDeps } from './admission.ts';
import type { Viewer } from './viewer.ts';

/** The only reads of what a viewer owns; anything else is null, whether it exists or not. */
export type AuthorizedReads = {
  readonly ensureAccount: EnsureAccount;
  readonly job: (viewer: Viewer, id: string) => Promise<Job | null>;
  readonly account: (viewer: Viewer) => Promise<Account>;
};

/** The authorized reads of a store. */
export function createAuthorizedReads({
  store,
  clock,
  settings,
}: Pick<GatewayDeps, 'store' | 'clock' | 'settings'>): AuthorizedReads {
  const loader = createLoader(store);
  return {
    ensureAccount: createEnsureAccount(({ userId, environment }) =>
      store.arrive({ owner: userId, environment }, settings.signupCredits[environment], clock.now()),
    ),
    async job(viewer, id) {
      const job = await loader.job(id);
      const isOwn = job !== null && job.owner === viewer.userId && job.environment === viewer.environment;
      return isOwn && reachesJob(viewer, job.id) ? job : null;
    },
    async account({ accountId }) {
      const account = await loader.account(accountId);
      if (account === null) throw new Error(`There is no account ${accountId}`);
      return account;
    },
  };
}
