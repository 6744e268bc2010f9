import type { Filling } from './million-jobs.ts';

/** The user who is erased; `user-0` has as many jobs. */
export const erased = { owner: 'user-1', environment: 'LIVE' } as const;

/** The account of the user who is erased, and that of the other. */
export const [erasedAccount, otherAccount] = ['account-1', 'account-0'] as const;

/** What every text has that must be gone afterwards. */
export const words = 'at desk';

/** All jobs of the user who is erased, and some of the other's. */
const withHistory = `(account_id = '${erasedAccount}' OR number <= 1000)`;

/** Each job's last event, the ledger entry of a completed one, and the delivered webhook of one that has ended, with its attempt. */
const histories = (secret: string) => [
  `INSERT INTO job_events (job_id, version, account_id, feed, status, message, occurred_at)
    SELECT id, version, account_id, number, state, coalesce(failure_message, 'Stored.'), created_at FROM jobs WHERE ${withHistory}`,
  `INSERT INTO ledger_entries (id, account_id, environment, number, kind, credits, balance_after, job_id, created_at)
    SELECT id, account_id, environment, row_number() OVER (PARTITION BY account_id ORDER BY number), 'CAPTURE', 0, 0, id, created_at
    FROM jobs WHERE state = 'COMPLETED' AND ${withHistory}`,
  `UPDATE accounts SET feed = jobs,
    ledger = (SELECT count(*) FROM ledger_entries WHERE account_id = accounts.id),
    running = (SELECT count(*) FROM jobs WHERE account_id = accounts.id AND state = 'PENDING')`,
  `INSERT INTO webhook_endpoints (id, owner, environment, all_users, url, event_types, enabled, created_at, faults, secret, served_at)
    VALUES ('endpoint', 'root', 'LIVE', 1 = 1, 'https://backend.example', 'job.completed', 1 = 1, 0, 0, ${secret}, 0)`,
  `INSERT INTO webhook_deliveries (id, endpoint_id, message_id, type, job_id, state, payload, tries, claims, leased, created_at)
    SELECT id, 'endpoint', id, 'job.completed', id, 'DELIVERED', prompt, 0, 1, 1 = 0, created_at
    FROM jobs WHERE state <> 'PENDING' AND ${withHistory}`,
  `INSERT INTO webhook_attempts (delivery_id, number, at, duration_ms, http_status, response)
    SELECT id, 1, created_at, 5, 200, payload FROM webhook_deliveries`,
];

/** Two users whose jobs have histories. */
export const inSqlite: Filling = { users: 2, more: histories("x'01'") };

/** The same for PostgreSQL. */
export const inPostgres: Filling = { users: 2, more: histories("'\\x01'::bytea") };
