import { type FailureOf, invalidInput } from '../domain/failure.ts';
import { jobIdOf } from '../domain/global-id.ts';
import type { Environment } from '../domain/job.ts';
import type { Refunded } from '../ports/money.ts';
import { accountTopic, type Bell, type Clock, type Granted, type Store } from '../ports.ts';
import { type ActingIn, createNewEntry } from './audit.ts';
import { type GrantRequest, grantIssuesOf, refundIssuesOf } from './input.ts';

/** What an admin books on the accounts of one environment. For admins only: the caller must have checked that. */
export interface Bookings {
  grantCredits(at: ActingIn, request: GrantRequest): Promise<Granted | FailureOf<'invalidInput' | 'grantConflict'>>;
  /** Gives back what a completed job captured, once per job. `id`: the row's UUID. */
  refundJob(
    at: ActingIn,
    id: string,
    reason: string,
  ): Promise<Refunded | FailureOf<'invalidInput' | 'notFound' | 'jobState'>>;
}

type BookingDeps = {
  readonly store: Pick<Store, 'grant' | 'refund'>;
  readonly clock: Pick<Clock, 'now' | 'newId'>;
  /** The credits of an account that a grant creates. */
  readonly signupCredits: Readonly<Record<Environment, number>>;
  /** Notifies subscribers; the command line has none, and a running gateway reads again within seconds. */
  readonly bell?: Pick<Bell, 'ring'>;
};

/** Creates the verbs that book credits by hand. */
export function createBookings({ store, clock, signupCredits, bell }: BookingDeps): Bookings {
  const newEntry = createNewEntry(clock);
  return {
    async grantCredits(at, request) {
      const { environment } = at;
      const issues = grantIssuesOf(request, environment);
      if (issues.length > 0) return invalidInput(issues);
      const { userId: owner, credits, reason, idempotencyKey = null } = request;
      const grant = { account: { owner, environment }, credits, reason, idempotencyKey };
      const granted = await store.grant(
        { ...grant, signupCredits: signupCredits[environment], createdAt: clock.now() },
        newEntry(at, 'credits.grant', { target: `user ${owner}`, reason, details: `${credits} credits` }),
      );
      if ('balance' in granted) bell?.ring([accountTopic(granted.id)]);
      return granted;
    },

    async refundJob(at, jobId, reason) {
      const issues = refundIssuesOf(reason);
      if (issues.length > 0) return invalidInput(issues);
      const refunded = await store.refund(
        { environment: at.environment, jobId, reason, createdAt: clock.now() },
        newEntry(at, 'credits.refund', { target: `job ${jobIdOf(jobId)}`, reason }),
      );
      if ('entry' in refunded) bell?.ring([accountTopic(refunded.account.id)]);
      return refunded;
    },
  };
}
