import type { Account } from '../domain/ledger.ts';
import { createLruCache } from '../lib/lru-cache.ts';
import { type Subject, userKeyOf, type Viewer } from './viewer.ts';

/** Makes sure that a subject has an account, with its sign-up credits, and returns them with its id. */
export type EnsureAccount = (subject: Subject) => Promise<Viewer>;

/** How many users' accounts are remembered; to ask for one twice does no harm. */
const rememberedUsers = 10_000;

/** Has the account of each user made or found once, and again only where that failed. */
export function createEnsureAccount(arrive: (subject: Subject) => Promise<Pick<Account, 'id'>>): EnsureAccount {
  const known = createLruCache<Promise<string>>(rememberedUsers);
  const idOf = (subject: Subject): Promise<string> => {
    const key = userKeyOf(subject);
    const last = known.get(key);
    if (last !== undefined) return last;
    const id = arrive(subject).then((account) => account.id);
    known.set(key, id);
    id.catch(() => known.delete(key));
    return id;
  };
  return async (subject) => ({ ...subject, accountId: await idOf(subject) });
}
