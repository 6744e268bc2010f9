import { randomBytes } from 'node:crypto';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { isErasure } from '../../../domain/erasure.ts';
import type { WriteWebhookBody } from '../../../ports/webhook.ts';
import type { Store } from '../../../ports.ts';
import { accountOf } from '../shared/rows.ts';
import { type ScanBounds, scanBounds } from '../shared/scan.ts';
import { createDescribeEvent, plainBody } from '../shared/webhook-rows.ts';
import { createAccounts } from './accounts.ts';
import { createAdmit } from './admit.ts';
import { createApiKeys } from './api-keys.ts';
import { createBooks, createBookVerbs } from './books.ts';
import { createWriteChange, type WriteChange } from './changes.ts';
import { createCopies } from './copies.ts';
import { createCheckpoint } from './engine/checkpoint.ts';
import { type Connection, openConnection, withCleanup } from './engine/connection.ts';
import { type AfterTurn, createGroupCommit } from './engine/group-commit.ts';
import { createGroupRead } from './engine/group-read.ts';
import { openErrorOf } from './engine/open-fault.ts';
import { createTransact } from './engine/transaction.ts';
import { createErasureVerbs } from './erasures.ts';
import { createHistory } from './history.ts';
import { createIncarnations } from './incarnation.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createLedger } from './ledger.ts';
import { createMoneyVerbs } from './money-verbs.ts';
import { createRecover } from './recovery.ts';
import { createSchedule } from './schedule.ts';
import { createSettings } from './settings.ts';
import { createStatistics, type Statistics } from './statistics.ts';
import { createWebhookDeliveries } from './webhook-deliveries.ts';
import { createWebhookEndpoints } from './webhook-endpoints.ts';
import { createWebhookVerbs } from './webhook-verbs.ts';

/** How to open a SQLite store. */
export type SqliteStoreOptions = {
  /** A path, or `:memory:`. */
  readonly file: string;
  /** Makes ids that sort by time (UUIDv7). */
  readonly newId: () => string;
  /** True for the process that serves; a second one is refused. False for a command that runs beside it. */
  readonly exclusive: boolean;
  /** Receives a warning for the operator about files that other users can read. */
  readonly warn?: (sentence: string) => void;
  /** Writes the bodies of webhooks; absent in a command, which has no events. */
  readonly writeBody?: WriteWebhookBody;
};

/** Opens a SQLite database as the store, and creates and migrates it where needed. Throws a StoreOpenError when it cannot. */
export function openSqliteStore({ file, newId, exclusive, warn, writeBody }: SqliteStoreOptions): Store {
  try {
    const connection = openConnection(file, exclusive, warn);
    return withCleanup(
      () => createSqliteStore(connection, newId, undefined, writeBody === undefined ? {} : { writeBody }),
      connection.close,
    );
  } catch (error) {
    throw openErrorOf(error, file);
  }
}

/**
 * The store on an open connection. The functions behind it are synchronous; only `transact` begins and ends transactions. `afterTurn`
 * decides how long a write waits for others to share its transaction, and a read of jobs for others to share its statement.
 */
export function createSqliteStore(
  { sqlite, close }: Connection,
  newId: () => string,
  afterTurn: AfterTurn = setImmediate,
  {
    writeBody = plainBody,
    bounds = scanBounds,
  }: { readonly writeBody?: WriteWebhookBody; readonly bounds?: ScanBounds } = {},
): Store {
  const db = drizzle(sqlite);
  const transact = createTransact(sqlite);
  const { write: inGroup, flush } = createGroupCommit(sqlite, transact, afterTurn);
  const accounts = createAccounts(db);
  const books = createBooks(db);
  const ledger = createLedger(db, { ...books, accounts, newId });
  const history = createHistory(db, accounts);
  const jobs = createJobs(db, accounts, bounds);
  const checkpoint = createCheckpoint(sqlite);
  const endpoints = createWebhookEndpoints(db);
  const deliveries = createWebhookDeliveries(db, { newId, endpoints, describe: createDescribeEvent(newId, writeBody) });
  const admit = createAdmit(db, { ...books, accounts, history, deliveries });
  const writeChange = createWriteChange(db, { ...books, accounts, ledger, history, deliveries });
  const write: WriteChange = (change, now) => {
    if (isErasure(change)) checkpoint.owe();
    return writeChange(change, now);
  };
  const copies = createCopies(db, deliveries);
  const schedule = createSchedule(db, write);
  const recover = createRecover(db, write);
  const statistics = createStatistics(db);
  const apiKeys = createApiKeys(db, books.audit);
  const settings = createSettings(db);
  // Fails here, before the first request, when the database cannot be written to.
  transact(() => {
    settings.offerSecret(randomBytes(32));
    settings.ping();
  });

  return {
    arrive: async (key, signupCredits, now) =>
      // The account nearly always exists, and nothing needs to be written.
      accountOf(accounts.findByKey(key) ?? (await inGroup(() => ledger.ensureAccount(key, signupCredits, now)))),
    admit: async (admission) => inGroup(() => admit(admission)),
    commit: (change, now) => inGroup(() => write(change, now)),
    claimDue: (order, now, decide) => inGroup(() => schedule.claim(order, now, decide)),
    due: async (environment, now, limit) => schedule.due(environment, now, limit),
    recover: async (now, spreadMs, decide) => inGroup(() => recover(now, spreadMs, decide)),
    // Only one process serves, so its clock is the common one.
    time: async () => Date.now(),

    findJob: async (id) => jobs.find(id),
    findJobs: createGroupRead(jobs.findMany, afterTurn),
    ...listVerbsOf(jobs),
    listEvents: async (jobId, page) => history.list(jobId, page),
    readFeed: async (accountId, afterNumber, limit) => history.readFeed(accountId, afterNumber, limit),

    findJobByVideo: async (videoId) => copies.findJob(videoId),
    claimCopies: async (limit, now, decide) => inGroup(() => copies.claimWaiting(limit, now, decide)),
    claimRemovals: async (limit, now, decide) => inGroup(() => copies.claimGone(limit, now, decide)),
    commitCopy: async (job, copy) => inGroup(() => copies.commit(job, copy)),
    knownVideos: async (videoIds) => copies.known(videoIds),
    listStored: async (finishedBefore, after, limit) => copies.listStored(finishedBefore, after, limit),
    listKept: async (finishedBefore, limit) => copies.listKept(finishedBefore, limit),
    checkpoint: async () => checkpoint.run(),
    ...createWebhookVerbs(db, inGroup, { ...books, endpoints, deliveries }),
    ...createBookVerbs(books, inGroup, createErasureVerbs(db, inGroup, { ...books, accounts, deliveries })),

    findAccount: async (id) => {
      const account = accounts.find(id);
      return account === null ? null : accountOf(account);
    },
    listAccounts: async (environment, ownerPrefix, page) => accounts.list(environment, ownerPrefix, page),
    findLedgerEntry: async (id) => ledger.find(id),
    listLedger: async (accountId, page) => ledger.list(accountId, page),
    grant: async (grant, entry) => inGroup(() => ledger.grant(grant, entry)),
    ...createMoneyVerbs(db, inGroup, { ...books, jobs, accounts, ledger }),

    createApiKey: async (key, entry) => inGroup(() => apiKeys.create(key, entry)),
    findApiKey: async (id) => apiKeys.find(id),
    listApiKeys: async (environment, owner, page) => apiKeys.list(environment, owner, page),
    useApiKey: async (id, now) => inGroup(() => apiKeys.use(id, now)),
    revokeApiKey: async (id, now, entry) => inGroup(() => apiKeys.revoke(id, now, entry)),

    ...statisticVerbsOf(statistics),
    secret: async () => settings.secret(),
    ...createIncarnations(db, write, inGroup),
    ping: async () => inGroup(() => settings.ping()),
    close: async () => {
      flush();
      close();
    },
  };
}

function statisticVerbsOf(statistics: Statistics) {
  return {
    durations: async (environment, limit) => statistics.durations(environment, limit),
    countRunning: async (environment) => statistics.countRunning(environment),
    losses: async (environment) => statistics.losses(environment),
    listLosses: async (environment, limit) => statistics.listLosses(environment, limit),
    listTroubled: async (environment, limit) => statistics.listTroubled(environment, limit),
  } satisfies Partial<Store>;
}

function listVerbsOf(jobs: Jobs) {
  return {
    listJobs: async (accountId, filter, page) => jobs.list(accountId, filter, page),
    countJobs: async (accountId, filter) => jobs.count(accountId, filter),
    listAllJobs: async (environment, filter, page) => jobs.listAll(environment, filter, page),
    countAllJobs: async (environment, filter) => jobs.countAll(environment, filter),
    findJobByRequest: async (environment, requestId) => jobs.findByRequest(environment, requestId),
  } satisfies Partial<Store>;
}
