import { randomBytes } from 'node:crypto';
import type { Store } from '../../../ports.ts';
import { accountOf } from '../shared/rows.ts';
import { createBookVerbs } from './book-verbs.ts';
import type { Connections } from './engine/connections.ts';
import type { Db } from './engine/statements.ts';
import { createTransact } from './engine/transaction.ts';
import { createMoneyVerbs } from './money-verbs.ts';
import { createVerbs, type VerbOptions, type Verbs } from './verbs.ts';
import { createWebhookVerbs } from './webhook-verbs.ts';

/**
 * The store on a pool of connections to a migrated database. Each connection has its own verbs, prepared at its first use. Only this file
 * begins and ends transactions; a single statement needs none.
 */
export async function createPostgresStore(connections: Connections, options: VerbOptions): Promise<Store> {
  const prepared = new WeakMap<Db, Verbs>();
  const verbsOf = (db: Db): Verbs => {
    const verbs = prepared.get(db) ?? createVerbs(db, options);
    prepared.set(db, verbs);
    return verbs;
  };
  const begin = createTransact(connections);
  const on = <T>(use: (verbs: Verbs) => Promise<T>): Promise<T> => connections.lend((db) => use(verbsOf(db)));
  const transact = <T>(body: (verbs: Verbs) => Promise<T>): Promise<T> => begin((db) => body(verbsOf(db)));

  await on(({ settings }) => settings.offerSecret(randomBytes(32)));
  // Rejects here, before the first request, when the database cannot be written to.
  await on(({ settings }) => settings.ping());

  return {
    arrive: async (key, signupCredits, now) => {
      // The account nearly always exists, and nothing needs to be written.
      const known = await on(({ accounts }) => accounts.findByKey(key));
      return accountOf(known ?? (await transact(({ ledger }) => ledger.ensureAccount(key, signupCredits, now))));
    },
    admit: (admission) => transact(({ admit }) => admit(admission)),
    commit: (change, now) => (change.moved ? transact : on)(({ write }) => write(change, now)),
    claimDue: (order, now, decide) => transact(({ schedule }) => schedule.claim(order, now, decide)),
    due: (environment, now, limit) => on(({ schedule }) => schedule.due(environment, now, limit)),
    recover: async (now, spreadMs) => {
      await on(({ recover }) => recover(now, spreadMs));
      return [];
    },
    time: () => on(({ now }) => now(0)),

    findJob: (id) => on(({ jobs }) => jobs.find(id)),
    findJobs: (ids) => on(({ jobs }) => jobs.findMany(ids)),
    listJobs: (accountId, filter, page) => on(({ jobs }) => jobs.list(accountId, filter, page)),
    countJobs: (accountId, filter) => on(({ jobs }) => jobs.count(accountId, filter)),
    listAllJobs: (environment, filter, page) => on(({ jobs }) => jobs.listAll(environment, filter, page)),
    countAllJobs: (environment, filter) => on(({ jobs }) => jobs.countAll(environment, filter)),
    findJobByRequest: (environment, requestId) => on(({ jobs }) => jobs.findByRequest(environment, requestId)),
    listEvents: (jobId, page) => on(({ history }) => history.list(jobId, page)),
    readFeed: (accountId, afterNumber, limit) => on(({ history }) => history.readFeed(accountId, afterNumber, limit)),

    findJobByVideo: (videoId) => on(({ copies }) => copies.findJob(videoId)),
    claimCopies: (limit, now, decide) => transact(({ copies }) => copies.claimWaiting(limit, now, decide)),
    claimRemovals: (limit, now, decide) => transact(({ copies }) => copies.claimGone(limit, now, decide)),
    commitCopy: (job, copy) => (copy.state === 'STORED' ? transact : on)(({ copies }) => copies.commit(job, copy)),
    knownVideos: (videoIds) => on(({ copies }) => copies.known(videoIds)),
    listStored: (finishedBefore, after, limit) => on(({ copies }) => copies.listStored(finishedBefore, after, limit)),
    listKept: (finishedBefore, limit) => on(({ copies }) => copies.listKept(finishedBefore, limit)),
    // The server recycles its log by itself.
    checkpoint: () => Promise.resolve(),
    ...createWebhookVerbs(on, transact),
    ...createBookVerbs(on, transact),

    findAccount: async (id) => {
      const account = await on(({ accounts }) => accounts.find(id));
      return account === null ? null : accountOf(account);
    },
    listAccounts: (environment, ownerPrefix, page) =>
      on(({ accounts }) => accounts.list(environment, ownerPrefix, page)),
    findLedgerEntry: (id) => on(({ ledger }) => ledger.find(id)),
    listLedger: (accountId, page) => on(({ ledger }) => ledger.list(accountId, page)),
    grant: (grant, entry) => transact(({ ledger }) => ledger.grant(grant, entry)),
    ...createMoneyVerbs(on, transact),

    createApiKey: (key, entry) => transact(({ apiKeys }) => apiKeys.create(key, entry)),
    findApiKey: (id) => on(({ apiKeys }) => apiKeys.find(id)),
    listApiKeys: (environment, owner, page) => on(({ apiKeys }) => apiKeys.list(environment, owner, page)),
    useApiKey: (id, now) => on(({ apiKeys }) => apiKeys.use(id, now)),
    revokeApiKey: (id, now, entry) => transact(({ apiKeys }) => apiKeys.revoke(id, now, entry)),

    durations: (environment, limit) => on(({ statistics }) => statistics.durations(environment, limit)),
    countRunning: (environment) => on(({ statistics }) => statistics.countRunning(environment)),
    losses: (environment) => on(({ statistics }) => statistics.losses(environment)),
    listLosses: (environment, limit) => on(({ statistics }) => statistics.listLosses(environment, limit)),
    listTroubled: (environment, limit) => on(({ statistics }) => statistics.listTroubled(environment, limit)),
    secret: () => on(({ settings }) => settings.secret()),
    incarnation: () => on(({ incarnation }) => incarnation.current()),
    beginIncarnation: (next, now) => transact(({ incarnation }) => incarnation.begin(next, now)),
    recognizeBackup: (next, now) => transact(({ incarnation }) => incarnation.recognize(next, now)),
    adopt: () => on(({ incarnation }) => incarnation.adopt()),
    ping: () => on(({ settings }) => settings.ping()),
    close: () => connections.close(),
  };
}
