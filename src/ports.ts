import type { ApiKey } from './domain/access.ts';
import type { Admission, AdmitFailure, Admitted, Grant, Granted } from './domain/admission.ts';
import type { Change } from './domain/change.ts';
import type { FailureOf } from './domain/failure.ts';
import type { Environment, Job, JobEvent, JobStatus } from './domain/job.ts';
import type { Account, AccountKey, LedgerEntry } from './domain/ledger.ts';
import type { PollResponse, SubmitResult } from './domain/provider-answer.ts';

/** What the store is asked to admit and to grant. */
export type { Admission, AdmitFailure, Admitted, Grant, Granted } from './domain/admission.ts';
/** What a provider's answers come to. */
export type { PollResponse, ProviderDetails, SubmitResult } from './domain/provider-answer.ts';

/** How much the log says. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Which stretch of a list, in the list's own order: up to `limit` items counted from one end of what lies between two keys, both excluded. */
export type Page<Key> = {
  readonly count: { readonly from: 'start' | 'end'; readonly limit: number };
  readonly after: Key | null;
  readonly before: Key | null;
};

/** One page of a list, in the list's own order. */
export type Slice<Item> = {
  readonly items: readonly Item[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
};

/** Which of an account's jobs; null means any. */
export type JobFilter = { readonly status: readonly JobStatus[] | null; readonly externalId: string | null };

/** An API key as it is kept: of its 32 secret bytes only the SHA-256. */
export type StoredApiKey = ApiKey & { readonly secretHash: Uint8Array };

/**
 * How much of what has fallen due may be taken now. `submits`: PENDING rows before their deadline. `polls`: QUEUED and PROCESSING rows
 * before theirs, and FAILED rows still looked at for a late video. `endings` need no request to the provider: SUBMITTING rows whose lease
 * ran out, and PENDING, QUEUED and PROCESSING rows whose deadline has passed.
 */
export type ClaimOrder = {
  readonly environment: Environment;
  readonly submits: number;
  readonly polls: number;
  readonly endings: number;
};

/** What is to be done about a job at the instant at which it is claimed; null is a mistake, and puts it off. */
export type Decide = (job: Job, now: number) => Change | null;

/** How much of each kind has fallen due, counted up to a limit, and when the next row of any kind that has not yet will; null where none. */
export type Due = {
  readonly submits: number;
  readonly polls: number;
  readonly endings: number;
  readonly nextAt: number | null;
};

/** The feed of an account from a number on: `head` is the newest event's number. */
export type FeedPage = { readonly events: readonly JobEvent[]; readonly head: number };

/** What operators are told of paid results that could be lost: counts over all jobs kept. */
export type Losses = { readonly unconfirmed: number; readonly lateVideos: number };

/**
 * The truth. Every verb is one transaction: when its promise fulfils, it is on disk; when it rejects, nothing happened. Expected refusals
 * are values; a rejection is a broken database.
 *
 * Verbs are told the time by their callers. Where several nodes share a database, their clocks must not decide what is due: there
 * `claimDue`, `due` and `recover` go by the database's clock instead, and `time` tells it, so that all nodes can set theirs by it.
 */
export interface Store {
  /** The account of a user, made and given its sign-up credits (once) where it is new. */
  arrive(account: AccountKey, signupCredits: number, now: number): Promise<Account>;
  /**
   * Stores a job, PENDING and due: looks its key up, then checks limits, price and credits, holds the price and writes the first event.
   * The account must have arrived.
   */
  admit(admission: Admission): Promise<Admitted | AdmitFailure>;
  /**
   * Writes a change, its event and the second step of money where it ends the job; false where the row is no longer as the change
   * was decided on, with nothing written.
   */
  commit(change: Change, now: number): Promise<boolean>;
  /** Takes rows that have fallen due (`pollAt <= now`), oldest first, each kind up to its number, each moved by `decide` in the same transaction. */
  claimDue(order: ClaimOrder, now: number, decide: Decide): Promise<readonly Change[]>;
  /** What has fallen due in an environment, each kind counted up to `limit`. */
  due(environment: Environment, now: number, limit: number): Promise<Due>;
  /**
   * What a process does before it serves: it spreads overdue looks over `spreadMs` and, where it owns the database alone, ends every
   * SUBMITTING row at once. Where nodes share the database such a row may be in another's hands, and is left to its lease.
   */
  recover(now: number, spreadMs: number, decide: Decide): Promise<readonly Change[]>;
  /** Epoch milliseconds on the clock that all who share the database go by. */
  time(): Promise<number>;

  findJob(id: string): Promise<Job | null>;
  /** In the order of the ids; missing ones are left out. */
  findJobs(ids: readonly string[]): Promise<readonly Job[]>;
  listJobs(accountId: string, filter: JobFilter, page: Page<string>): Promise<Slice<Job>>;
  countJobs(accountId: string, filter: JobFilter): Promise<number>;
  /** A job's history, oldest first, by version. */
  listEvents(jobId: string, page: Page<number>): Promise<Slice<JobEvent>>;
  /** Up to `limit` events of an account after a feed number, in order. */
  readFeed(accountId: string, afterNumber: number, limit: number): Promise<FeedPage>;
  /** The event that carries a feed number; null where there is none. */
  findFeedEvent(accountId: string, feed: number): Promise<JobEvent | null>;

  findAccount(id: string): Promise<Account | null>;
  /** The accounts of an environment whose owners begin with a text ('': all), by owner, compared byte by byte in UTF-8. */
  listAccounts(environment: Environment, ownerPrefix: string, page: Page<string>): Promise<Slice<Account>>;
  findLedgerEntry(id: string): Promise<LedgerEntry | null>;
  /** An account's movements, newest first, by number. */
  listLedger(accountId: string, page: Page<number>): Promise<Slice<LedgerEntry>>;
  /** Books a grant; the same key with the same grant answers again without booking. */
  grant(grant: Grant): Promise<Granted | FailureOf<'invalidInput' | 'grantConflict'>>;

  /** Stores a key that was neither used nor revoked yet, under an id that is free. */
  createApiKey(key: StoredApiKey): Promise<void>;
  findApiKey(id: string): Promise<StoredApiKey | null>;
  /** The keys of an environment, of one user or (null) of all, revoked and expired ones too; newest first. */
  listApiKeys(environment: Environment, owner: string | null, page: Page<string>): Promise<Slice<ApiKey>>;
  /** Notes that a key was used; an earlier instant than the one noted changes nothing. */
  useApiKey(id: string, now: number): Promise<void>;
  /** Withdraws a key for good and answers it; one that was withdrawn before stays as it is. Null where there is none. */
  revokeApiKey(id: string, now: number): Promise<ApiKey | null>;

  /** Seconds from submission to the end of the newest completed jobs of an environment, at most `limit`. */
  durations(environment: Environment, limit: number): Promise<readonly number[]>;
  losses(environment: Environment): Promise<Losses>;
  /** The jobs that count as losses, newest first. */
  listLosses(environment: Environment, limit: number): Promise<readonly Job[]>;
  /** Running jobs whose last request to the provider brought a fault, those that are tried again first. */
  listTroubled(environment: Environment, limit: number): Promise<readonly Job[]>;
  /** 32 random bytes made once with the database, the same for every node and every start. */
  secret(): Promise<Uint8Array>;
  /** Rejects where the database cannot be written to. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Says that something changed, and no more: whoever listens reads the truth again. Rings may be lost, doubled and late. */
export interface Bell {
  /** Never throws; listeners are called soon, not necessarily before it returns. */
  ring(topics: readonly string[]): void;
  /** `wake` must be cheap and must not throw. Returns how to stop listening. */
  listen(topic: string, wake: () => void): () => void;
  close(): Promise<void>;
}

/** Rung when a job changed or was looked at. */
export const jobTopic = (jobId: string): string => `job:${jobId}`;

/** Rung when an account, its feed or any of its jobs' states changed. */
export const accountTopic = (accountId: string): string => `account:${accountId}`;

/** Rung when an environment has new work for its poller. */
export const workTopic = (environment: Environment): string => `work:${environment}`;

/** Whoever makes videos: takes a job once, is asked about it until its end. Its promises never reject: every fault is an event. */
export interface Provider {
  /** Sends a job, within 10 s. `mayBegin` is asked right before the first byte of each request; after a no nothing is sent (`withheld`). */
  submit(job: Job, mayBegin: () => boolean): Promise<SubmitResult>;
  /** Asks how a job stands. Takes at most 5 s. `retryAt` comes with a 429. */
  poll(job: Job): Promise<PollResponse>;
}

/** How it stands between this node and a provider. Instants in epoch milliseconds; null means never, or not now. */
export type ProviderHealth = {
  /** When it last answered anything at all. */
  readonly answeredAt: number | null;
  /** Since when no request has been answered. */
  readonly silentSince: number | null;
  /** Since when it has not accepted the key. */
  readonly keyRefusedSince: number | null;
  /** Until when it wants no requests, as its last 429 said. */
  readonly pausedUntil: number | null;
  /** What is left on the operator's account, in the provider's own credits, not older than a minute; null where it does not say. */
  readonly credits: number | null;
};

/** The requests that an environment may send: shared by submits and looks, and by all nodes. Its promises never reject. */
export interface Budget {
  /** How many of the wanted requests may go out now; 0 while paused. */
  take(wanted: number): Promise<number>;
  /** Returns what was taken and not used. */
  giveBack(unused: number): void;
  /** No request before this instant; the rate then ramps up. */
  pauseUntil(at: number): void;
  /** When asking again is worth it, epoch ms. */
  nextAt(): number;
}

/** Time, chance and names; what a simulation owns. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds on a clock that never jumps, from an arbitrary start. */
  monotonic(): number;
  /** Calls back once after a delay in milliseconds; returns how to call it off. Does not keep the process alive. */
  after(delayMs: number, callback: () => void): () => void;
  /** A random number in [0, 1). */
  random(): number;
  /** A new UUIDv7 (RFC 9562). */
  newId(): string;
}

/** Where the gateway tells its operator what happened. Fields never hold keys, tokens or prompts. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Structured fields of a log line; `err` holds a thrown thing whole. */
export type LogFields = Readonly<Record<string, unknown>>;
