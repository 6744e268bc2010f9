import { type FailureOf, invalidInput } from '../domain/failure.ts';
import type { Environment } from '../domain/job.ts';
import type { Refunded } from '../money-ports.ts';
import { accountTopic, type Bell, type Clock, type Granted, type Store } from '../ports.ts';
import { type GrantRequest, grantIssuesOf, refundIssuesOf } from './input.ts';

/** What an admin books on the accounts of one environment. For admins only: the caller must have checked that. */
export interface Bookings {
  grantCredits(at: Place, request: GrantRequest): Promise<Granted | FailureOf<'invalidInput' | 'grantConflict'>>;
  /** Gives back what a completed job captured, once per job. `id`: the row's UUID. */
  refundJob(
    at: Place,
    id: string,
    reason: string,
  ): Promise<Refunded | FailureOf<'invalidInput' | 'notFound' | 'jobState'>>;
}

/** The environment to act in: accounts and jobs of the other one do not exist there. A viewer fits. */
type Place = { readonly environment: Environment };

type BookingDeps = {
  readonly store: Pick<Store, 'grant' | 'refund'>;
  readonly clock: Pick<Clock, 'now'>;
  /** The credits of an account that a grant creates. */
  readonly signupCredits: Readonly<Record<Environment, number>>;
  /** Tells subscribers; the command line has none, and a running gateway reads again within seconds. */
  readonly bell?: Pick<Bell, 'ring'>;
};

/** Creates the verbs that book credits by hand. */
export function createBookings({ store, clock, signupCredits, bell }: BookingDeps): Bookings {
  return {
    async grantCredits({ environment }, request) {
      const issues = grantIssuesOf(request, environment);
      if (issues.length > 0) return invalidInput(issues);
      const granted = await store.grant({
        account: { owner: request.userId, environment },
        credits: request.credits,
        reason: request.reason,
        idempotencyKey: request.idempotencyKey ?? null,
        signupCredits: signupCredits[environment],
        createdAt: clock.now(),
      });
      if ('balance' in granted) bell?.ring([accountTopic(granted.id)]);
      return granted;
    },

    async refundJob({ environment }, jobId, reason) {
      const issues = refundIssuesOf(reason);
      if (issues.length > 0) return invalidInput(issues);
      const refunded = await store.refund({ environment, jobId, reason, createdAt: clock.now() });
      if ('entry' in refunded) bell?.ring([accountTopic(refunded.account.id)]);
      return refunded;
    },
  };
}
