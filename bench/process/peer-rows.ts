import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import type { PublicJob } from './server.ts';

type Row = {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly environment: string;
  readonly prompt: string;
  readonly aspect_ratio: string;
  readonly seed: number;
  readonly price_credits: number;
  readonly created_at: number;
  readonly submitted_at: number | null;
};

/** Reads jobs by their public id from a gateway's database: the gateway's own read, written by hand. */
export function openSnapshot(file: string): (id: string) => PublicJob | null {
  const sqlite = new Database(file, { readonly: true });
  const find = sqlite.prepare<[string], Row>('SELECT * FROM jobs WHERE id = ?');
  return (id) => {
    const row = find.get(Buffer.from(id, 'base64url').toString().replace('Job:', ''));
    return row === undefined ? null : publicJobOf(row);
  };
}

function publicJobOf(row: Row): PublicJob {
  return {
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
export function openStorage(file: string): (prompt: string) => StoredJob {
  const sqlite = new Database(file);
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.exec(`CREATE TABLE accounts (id TEXT PRIMARY KEY, available INTEGER NOT NULL CHECK (available >= 0), held INTEGER NOT NULL);
    CREATE TABLE jobs (id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id), prompt TEXT NOT NULL, status TEXT NOT NULL,
      version INTEGER NOT NULL, created_at INTEGER NOT NULL, poll_at INTEGER);
    CREATE INDEX jobs_due ON jobs (status, poll_at);
    CREATE INDEX jobs_of ON jobs (account, id);
    CREATE TABLE events (job TEXT NOT NULL REFERENCES jobs (id), version INTEGER NOT NULL, status TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (job, version));
    INSERT INTO accounts VALUES ('demo', 1000000000, 0);`);
  const hold = sqlite.prepare("UPDATE accounts SET available = available - 1, held = held + 1 WHERE id = 'demo'");
  const insert = sqlite.prepare("INSERT INTO jobs VALUES (?, 'demo', ?, 'PENDING', 1, ?, ?)");
  const update = sqlite.prepare('UPDATE jobs SET status = ?, version = ?, poll_at = ? WHERE id = ? AND version = ?');
  const append = sqlite.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');

  const admit = sqlite.transaction((id: string, prompt: string, now: number) => {
    hold.run();
    insert.run(id, prompt, now, now);
    append.run(id, 1, 'PENDING', now);
  });
  const move = sqlite.transaction((id: string, status: string, version: number, now: number) => {
    update.run(status, version, now + 7000, id, version - 1);
    append.run(id, version, status, now);
  });
  return (prompt) => {
    const id = randomUUID();
    admit.immediate(id, prompt, Date.now());
    move.immediate(id, 'SUBMITTING', 2, Date.now());
    move.immediate(id, 'QUEUED', 3, Date.now());
    return { id: publicIdOf(id), status: 'QUEUED', version: 3 };
  };
}
