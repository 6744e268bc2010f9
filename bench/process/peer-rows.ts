import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import type { OwnedJob, PublicJob } from './server.ts';

type Row = {
  readonly id: string;
  readonly owner: string;
  readonly state: string;
  readonly version: number;
  readonly environment: string;
  readonly prompt: string;
  readonly aspect_ratio: string;
  readonly seed: number;
  readonly price_credits: number;
  readonly created_at: number;
  readonly submitted_at: number | null;
  readonly estimate_quantiles: string;
};

type EventRow = Row & { readonly feed: number; readonly status: string; readonly event_version: number };

/** An event that a client missed. */
type MissedEvent = {
  readonly feed: number;
  readonly version: number;
  readonly status: string;
  readonly job: PublicJob;
};

/** Reads of a gateway's database: the gateway's own queries, written by hand. */
export type Snapshot = {
  /** A job by its public id, if it is the user's. */
  readonly job: (id: string, owner: string) => OwnedJob | null;
  /** A user's newest jobs. `hasNextPage`: there are older ones. */
  readonly jobs: (
    owner: string,
    first: number,
  ) => { readonly jobs: readonly OwnedJob[]; readonly hasNextPage: boolean };
  /** The events of a user's feed after a number. */
  readonly missed: (owner: string, after: number) => readonly MissedEvent[];
  /** The number of a user's newest event. */
  readonly feedOf: (owner: string) => number;
};

/** Opens a database for reading. */
export function openSnapshot(file: string): Snapshot {
  const sqlite = new Database(file, { readonly: true });
  const find = sqlite.prepare<[string, string], Row>('SELECT * FROM jobs WHERE id = ? AND owner = ?');
  const list = sqlite.prepare<[string, number], Row>(
    `SELECT jobs.* FROM jobs JOIN accounts ON accounts.id = jobs.account_id
      WHERE accounts.owner = ? AND accounts.environment = 'LIVE' ORDER BY jobs.id DESC LIMIT ?`,
  );
  const events = sqlite.prepare<[string, number], EventRow>(
    `SELECT jobs.*, job_events.feed, job_events.status, job_events.version AS event_version
      FROM accounts JOIN job_events ON job_events.account_id = accounts.id JOIN jobs ON jobs.id = job_events.job_id
      WHERE accounts.owner = ? AND accounts.environment = 'LIVE' AND job_events.feed > ? ORDER BY job_events.feed LIMIT 1000`,
  );
  const newest = sqlite.prepare<[string], { feed: number }>(
    "SELECT feed FROM accounts WHERE owner = ? AND environment = 'LIVE'",
  );
  return {
    job(id, owner) {
      const row = find.get(Buffer.from(id, 'base64url').toString().replace('Job:', ''), owner);
      return row === undefined ? null : ownedJobOf(row);
    },
    jobs(owner, first) {
      const rows = list.all(owner, first + 1);
      return { jobs: rows.slice(0, first).map(ownedJobOf), hasNextPage: rows.length > first };
    },
    missed: (owner, after) =>
      events.all(owner, after).map((row) => ({
        feed: row.feed,
        version: row.event_version,
        status: row.status,
        job: ownedJobOf(row).job,
      })),
    feedOf: (owner) => newest.get(owner)?.feed ?? 0,
  };
}

function ownedJobOf(row: Row): OwnedJob {
  const job = {
    id: publicIdOf(row.id),
    status: row.state,
    version: row.version,
    environment: row.environment,
    prompt: row.prompt,
    aspectRatio: row.aspect_ratio,
    seed: row.seed,
    charge: { state: 'HELD', credits: row.price_credits },
    createdAt: new Date(row.created_at).toISOString(),
    submittedAt: row.submitted_at === null ? null : new Date(row.submitted_at).toISOString(),
  };
  return { owner: row.owner, job, quantileSeconds: JSON.parse(row.estimate_quantiles) };
}

function publicIdOf(id: string): string {
  return Buffer.from(`Job:${id}`).toString('base64url');
}

/** The part of the job that `generateVideo` returns. */
export type StoredJob = { readonly id: string; readonly status: string; readonly version: number };

/**
 * Stores the jobs of `generateVideo` as a careful team would. Job, hold and event are one transaction, the mark that it is being sent
 * another, and the provider's acceptance a third; each is on disk before the next step. The tables are its own, without the gateway's
 * checks.
 */
export function openStorage(file: string): (owner: string, prompt: string) => StoredJob {
  const sqlite = new Database(file);
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.exec(`CREATE TABLE accounts (id TEXT PRIMARY KEY, available INTEGER NOT NULL CHECK (available >= 0), held INTEGER NOT NULL);
    CREATE TABLE jobs (id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id), prompt TEXT NOT NULL, status TEXT NOT NULL,
      version INTEGER NOT NULL, created_at INTEGER NOT NULL, poll_at INTEGER);
    CREATE INDEX jobs_due ON jobs (status, poll_at);
    CREATE INDEX jobs_of ON jobs (account, id);
    CREATE TABLE events (job TEXT NOT NULL REFERENCES jobs (id), version INTEGER NOT NULL, status TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (job, version));`);
  const meet = sqlite.prepare('INSERT OR IGNORE INTO accounts VALUES (?, 1000000, 0)');
  const hold = sqlite.prepare('UPDATE accounts SET available = available - 1, held = held + 1 WHERE id = ?');
  const insert = sqlite.prepare("INSERT INTO jobs VALUES (?, ?, ?, 'PENDING', 1, ?, ?)");
  const update = sqlite.prepare('UPDATE jobs SET status = ?, version = ?, poll_at = ? WHERE id = ? AND version = ?');
  const append = sqlite.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');

  const admit = sqlite.transaction((id: string, owner: string, prompt: string, now: number) => {
    meet.run(owner);
    hold.run(owner);
    insert.run(id, owner, prompt, now, now);
    append.run(id, 1, 'PENDING', now);
  });
  const move = sqlite.transaction((id: string, status: string, version: number, now: number) => {
    update.run(status, version, now + 7000, id, version - 1);
    append.run(id, version, status, now);
  });
  return (owner, prompt) => {
    const id = randomUUID();
    admit.immediate(id, owner, prompt, Date.now());
    move.immediate(id, 'SUBMITTING', 2, Date.now());
    move.immediate(id, 'QUEUED', 3, Date.now());
    return { id: publicIdOf(id), status: 'QUEUED', version: 3 };
  };
}
