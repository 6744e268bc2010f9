import type { ApiKey } from './domain/access.ts';
import type { Admission, AdmitFailure, Admitted, Grant, Granted } from './domain/admission.ts';
import type { AuditEntry } from './domain/audit.ts';
import type { Change } from './domain/change.ts';
import type { FailureOf } from './domain/failure.ts';
import type { Environment, Job, JobEvent } from './domain/job.ts';
import type { Account, AccountKey, LedgerEntry } from './domain/ledger.ts';
import type { Page, Slice } from './domain/page.ts';
import type { PollResponse, SubmitResult } from './domain/provider-response.ts';
import type { BookRecords } from './ports/book.ts';
import type { VideoRecords } from './ports/copy.ts';
import type { JobLists } from './ports/list.ts';
import type { MoneyRecords } from './ports/money.ts';
import type { Incarnations } from './ports/restore.ts';
import type { ClaimOrder, Decide, Due } from './ports/schedule.ts';
import type { WebhookRecords } from './ports/webhook.ts';

/** What the store admits and grants, and what it returns. */
export type { Admission, AdmitFailure, Admitted, Grant, Granted } from './domain/admission.ts';
/** How lists are read. */
export type { Page, Slice } from './domain/page.ts';
/** What a provider's responses mean to the core. */
export type { PollResponse, ProviderDetails, SubmitResult } from './domain/provider-response.ts';

/** Which jobs a list has. */
export type { JobFilter } from './ports/list.ts';
/** How due rows are claimed. */
export type { ClaimOrder, Decide, Due } from './ports/schedule.ts';

/** The least severe level that is logged. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** An API key as the store keeps it: with the SHA-256 of its 32 secret bytes, never the bytes themselves. */
export type StoredApiKey = ApiKey & { readonly secretHash: Uint8Array };

/** Events of an account's feed, in order. `head`: the newest event's number. */
export type FeedPage = { readonly events: readonly JobEvent[]; readonly head: number };

/** How many jobs of an environment are in each state before the end. */
export type RunningCounts = Readonly<Record<'PENDING' | 'SUBMITTING' | 'QUEUED' | 'PROCESSING', number>>;

/** How many paid results may have been lost, counted over all stored jobs, for operators. */
export type Losses = Readonly<Record<'unconfirmed' | 'lateVideos' | 'withoutResult' | 'lostVideos', number>>;

/**
 * The truth. Every method is one transaction: when its promise fulfils, the data is on disk; when it rejects, nothing happened. Expected
 * refusals are values; a rejection means a broken database.
 *
 * Callers pass the time. Where several nodes share a database, their clocks must not decide which rows are due: there `claimDue`, `due`
 * and `recover` use the database's clock, and `time` returns it, so that all nodes can follow it.
 */
export interface Store extends JobLists, VideoRecords, Incarnations, WebhookRecords, MoneyRecords, BookRecords {
  /** Returns a user's account. Creates it, with its sign-up credits, if it does not exist. */
  arrive(account: AccountKey, signupCredits: number, now: number): Promise<Account>;
  /**
   * Stores a job, PENDING and due: looks up its idempotency key, checks limits, price and credits, holds the price and writes the first
   * event. The account must exist.
   */
  admit(admission: Admission): Promise<Admitted | AdmitFailure>;
  /**
   * Writes a change and its event, and captures or releases the price if the job ends. Writes nothing and returns false if the row has
   * changed since `change.from` was read.
   */
  commit(change: Change, now: number): Promise<boolean>;
  /** Claims due rows (`pollAt <= now`), oldest first, up to the number of each kind; `decide` changes each in the same transaction. */
  claimDue(order: ClaimOrder, now: number, decide: Decide): Promise<readonly Change[]>;
  /** Counts the due rows of an environment, each kind up to `limit`. */
  due(environment: Environment, now: number, limit: number): Promise<Due>;
  /**
   * Prepares the rows before a process serves: spreads overdue polls over `spreadMs` and ends every SUBMITTING row if the process owns
   * the database alone. On a shared database another node may be sending that row, so it is left to its lease.
   */
  recover(now: number, spreadMs: number, decide: Decide): Promise<readonly Change[]>;
  /** Epoch milliseconds on the clock that all nodes of the database follow. */
  time(): Promise<number>;
  findJob(id: string): Promise<Job | null>;
  /** Returns jobs in the order of the ids, without those that do not exist. */
  findJobs(ids: readonly string[]): Promise<readonly Job[]>;
  /** A job's history, oldest first, by version. */
  listEvents(jobId: string, page: Page<number>): Promise<Slice<JobEvent>>;
  /** Up to `limit` events of an account after a feed number, in order. */
  readFeed(accountId: string, afterNumber: number, limit: number): Promise<FeedPage>;

  findAccount(id: string): Promise<Account | null>;
  /** The accounts of an environment whose owners begin with a text ('': all), by owner, compared byte by byte in UTF-8. */
  listAccounts(environment: Environment, ownerPrefix: string, page: Page<string>): Promise<Slice<Account>>;
  findLedgerEntry(id: string): Promise<LedgerEntry | null>;
  /** An account's ledger entries, newest first; keys are their numbers. */
  listLedger(accountId: string, page: Page<number>): Promise<Slice<LedgerEntry>>;
  /** Books a grant. A repeated idempotency key with the same grant returns the first result and books nothing. */
  grant(grant: Grant, entry?: AuditEntry): Promise<Granted | FailureOf<'invalidInput' | 'grantConflict'>>;

  /** Stores a new key, neither used nor revoked, under an unused id. */
  createApiKey(key: StoredApiKey, entry?: AuditEntry): Promise<void>;
  findApiKey(id: string): Promise<StoredApiKey | null>;
  /** The keys of one user (null: of all users) in an environment, newest first; includes revoked and expired keys. */
  listApiKeys(environment: Environment, owner: string | null, page: Page<string>): Promise<Slice<ApiKey>>;
  /** Records that a key was used; an instant earlier than the recorded one changes nothing. */
  useApiKey(id: string, now: number): Promise<void>;
  /** Revokes a key for good and returns it; a key revoked before stays as it is. Null if there is none. */
  revokeApiKey(id: string, now: number, entry?: AuditEntry): Promise<ApiKey | null>;

  /** Seconds from submission to completion of up to `limit` jobs of an environment that completed last, without `@test/` prompts. */
  durations(environment: Environment, limit: number): Promise<readonly number[]>;
  countRunning(environment: Environment): Promise<RunningCounts>;
  losses(environment: Environment): Promise<Losses>;
  /** The jobs that count as losses, newest first. */
  listLosses(environment: Environment, limit: number): Promise<readonly Job[]>;
  /** Running jobs whose last provider request failed or brought an unknown status word, ordered by when they are tried again. */
  listTroubled(environment: Environment, limit: number): Promise<readonly Job[]>;
  /** 32 random bytes created once with the database, the same for every node and every start. */
  secret(): Promise<Uint8Array>;
  /** Rejects if the database cannot be written. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Signals that something changed and carries no data: listeners read the store again. Rings may be lost, doubled or late. */
export interface Bell {
  /** Never throws. Listeners are called soon, possibly after it returns. */
  ring(topics: readonly string[]): void;
  /** `wake` must be cheap and must not throw. Returns a function that stops listening. */
  listen(topic: string, wake: () => void): () => void;
  close(): Promise<void>;
}

/** Rung when a job changed or was polled. */
export const jobTopic = (jobId: string): string => `job:${jobId}`;

/** Rung when an account, its feed or the state of one of its jobs changed. */
export const accountTopic = (accountId: string): string => `account:${accountId}`;

/** Rung when an environment has new work for its poller. */
export const workTopic = (environment: Environment): string => `work:${environment}`;

/** The service that makes videos: it gets a job once and is polled until the job ends. Promises never reject: every fault is an event. */
export interface Provider {
  /** Sends a job within 10 s. Calls `mayBegin` right before the first byte of each request; false sends nothing (`withheld`). */
  submit(job: Job, mayBegin: () => boolean): Promise<SubmitResult>;
  /** Asks for a job's state, within 5 s. `retryAt` is set after a 429. */
  poll(job: Job): Promise<PollResponse>;
}

/** A provider's health as this node sees it. Instants in epoch milliseconds; null means never, or not now. */
export type ProviderHealth = {
  /** When it last responded at all. */
  readonly answeredAt: number | null;
  /** Since when no request has had a response. */
  readonly silentSince: number | null;
  /** Since when it has refused the key. */
  readonly keyRefusedSince: number | null;
  /** Until when its last 429 forbids requests. */
  readonly pausedUntil: number | null;
  /** What is left on the operator's account, in the provider's credits, at most a minute old; null if the provider does not report it. */
  readonly credits: number | null;
  /** Whether the provider last mentioned fewer credits than the operator wants to have. */
  readonly creditsLow: boolean;
};

/** How many requests may go out, of all nodes together. Its promises never reject. */
export interface Allowance {
  /** Takes up to `wanted` requests and returns how many may go out now; 0 while paused. */
  take(wanted: number): Promise<number>;
  giveBack(unused: number): void;
  /** Allows no request before this instant; the rate then ramps up. */
  pauseUntil(at: number): void;
  /** How many requests may go out now, as far as this node knows; null without a limit. */
  available(): number | null;
  /** When `take` can next return more than 0, in epoch milliseconds. */
  nextAt(): number;
}

/** How many requests an environment may send. A submit takes one of `submits` besides: these can be paused while polls go on. */
export interface Budget extends Allowance {
  readonly submits: Allowance;
}

/** Time, randomness and new ids: the simulator replaces all three. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds on a clock that never jumps, from an arbitrary start. */
  monotonic(): number;
  /** Calls back once after a delay in milliseconds; returns a function that cancels it. Does not keep the process alive. */
  after(delayMs: number, callback: () => void): () => void;
  /** A random number in [0, 1). */
  random(): number;
  /** A new UUIDv7 (RFC 9562). */
  newId(): string;
  /** 128 random bits from a source that nobody can predict, as 32 lower-case hexadecimal digits. */
  newSecretId(): string;
}

/** The operator's log. Fields never hold keys, tokens or prompts. */
export type Log = {
  readonly [Level in 'debug' | 'info' | 'warn' | 'error']: (fields: LogFields, message: string) => void;
};

/** Structured fields of a log line; `err` holds a whole thrown error. */
export type LogFields = Readonly<Record<string, unknown>>;
