import type { Account } from '../domain/ledger.ts';
import { createLruCache } from '../lib/lru-cache.ts';
import { type Subject, userKeyOf, type Viewer } from './viewer.ts';

/** Ensures that a subject has an account, with its sign-up credits, and returns the subject with the account's id. */
export type EnsureAccount = (subject: Subject) => Promise<Viewer>;

/** How many users' account ids are cached; a repeated request to the store does no harm. */
const rememberedUsers = 10_000;

/** Caches the account id of each user. `ensure` creates or finds an account; it is called again only if it failed. */
export function createEnsureAccount(ensure: (subject: Subject) => Promise<Pick<Account, 'id'>>): EnsureAccount {
  const known = createLruCache<Promise<string>>(rememberedUsers);
  const idOf = (subject: Subject): Promise<string> => {
    const key = userKeyOf(subject);
    const last = known.get(key);
    if (last !== undefined) return last;
    const id = ensure(subject).then((account) => account.id);
    known.set(key, id);
    id.catch(() => known.delete(key));
    return id;
  };
  return async (subject) => ({ ...subject, accountId: await idOf(subject) });
}
