import { isUserId } from '../domain/access.ts';
import type { ErasureCounts } from '../domain/erasure-order.ts';
import { type FailureOf, invalidInput } from '../domain/failure.ts';
import { removalTopic } from '../ports/copy.ts';
import type { Bell, Clock, Store } from '../ports.ts';
import { type ActingIn, createNewEntry } from './audit.ts';

/** Orders the erasure of a user's jobs. For admins only: the caller must have checked that. */
export type EraseUser = (by: ActingIn, userId: string) => Promise<ErasureCounts | FailureOf<'invalidInput'>>;

type EraseUserDeps = {
  readonly store: Pick<Store, 'orderErasure'>;
  readonly clock: Pick<Clock, 'now' | 'newId'>;
  /** Wakes the worker; the command line has none. */
  readonly bell?: Pick<Bell, 'ring'>;
};

/** The order is stored when the promise fulfils. The retention of any node follows it, job by job, also after a restart. */
export function createEraseUser({ store, clock, bell }: EraseUserDeps): EraseUser {
  const newEntry = createNewEntry(clock);
  return async (by, owner) => {
    if (!isUserId(owner))
      return invalidInput([
        { path: ['userId'], message: 'userId must be 1 to 255 characters, without control characters.' },
      ]);
    const entry = newEntry(by, 'user.erase', { target: `user ${owner}` });
    const counts = await store.orderErasure({ owner, environment: by.environment }, clock.now(), entry);
    bell?.ring([removalTopic]);
    return counts;
  };
}
