import { reachedOf } from '../../domain/admission.ts';
import { type Change, closesCharge, lateVideoOf } from '../../domain/change.ts';
import type { Job } from '../../domain/job.ts';
import type { Store } from '../../ports.ts';
import type { JobMetrics } from './job-metrics.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';

/** Wraps a store so that what it has committed is counted: never an attempt, never what another node has written. */
export function countedStore(store: Store, metrics: JobMetrics, webhooks: Pick<WebhookMetrics, 'attempted'>): Store {
  const note = (change: Change) => {
    if (!change.moved) return;
    if (change.from.submittedAt === null && change.to.submittedAt !== null) metrics.accepted(change.to);
    if (closesCharge(change)) metrics.ended(change.to);
    if (lateVideoOf(change) !== null) metrics.lateVideo(change.to);
  };
  /** Whether an account's first entry is of this instant: then this call created the account, with its sign-up credits. */
  const isBookedAt = async (accountId: string, now: number) => {
    const oldest = { count: { from: 'end', limit: 1 }, after: null, before: null } as const;
    const { items } = await store.listLedger(accountId, oldest).catch(() => ({ items: [] }));
    return items[0]?.createdAt === now;
  };
  return {
    ...store,
    async arrive(key, signupCredits, now) {
      const account = await store.arrive(key, signupCredits, now);
      const isUnused = signupCredits > 0 && account.feed === 0 && account.balance === signupCredits;
      if (isUnused && (await isBookedAt(account.id, now))) metrics.booked(key.environment, signupCredits);
      return account;
    },
    async grant(...given) {
      const granted = await store.grant(...given);
      if ('balance' in granted) metrics.booked(granted.environment, granted.booked);
      return granted;
    },
    async refund(refund, entry) {
      const refunded = await store.refund(refund, entry);
      if ('entry' in refunded) metrics.refunded(refund.environment, refunded.entry.credits);
      return refunded;
    },
    async admit(admission) {
      const admitted = await store.admit(admission);
      if (admitted.kind === 'admitted' && !admitted.replayed) metrics.admitted(admitted.job);
      for (const { budget, percent } of reachedOf(admitted)) metrics.budgetReached(budget, percent);
      return admitted;
    },
    async commit(change, now) {
      const isWritten = await store.commit(change, now);
      if (isWritten) note(change);
      return isWritten;
    },
    async claimDue(order, now, decide) {
      const changes = await store.claimDue(order, now, decide);
      for (const change of changes) note(change);
      return changes;
    },
    async recover(now, spreadMs, decide) {
      const changes = await store.recover(now, spreadMs, decide);
      for (const change of changes) note(change);
      return changes;
    },
    async commitCopy(job: Job, copy) {
      const isWritten = await store.commitCopy(job, copy);
      if (isWritten && copy.state !== job.copy.state) metrics.copied(job, copy);
      else if (isWritten && copy.faults > job.copy.faults) metrics.copyFailed(job);
      return isWritten;
    },
    async settleWebhook(claimed, attempt, decide) {
      let wasEnabled = false;
      const settled = await store.settleWebhook(claimed, attempt, (pair) => {
        wasEnabled = pair.endpoint.enabled;
        return decide(pair);
      });
      if (settled !== null) webhooks.attempted(settled, attempt, wasEnabled);
      return settled;
    },
  };
}
