import { openConnection } from '../../../src/adapter/store/sqlite/engine/connection.ts';

/** When the first of the jobs was stored; then one each second. */
export const filledFrom = Date.UTC(2026, 0, 1);

/** What each engine writes in its own way. */
type Functions = { readonly hex: (number: string) => string; readonly padded: (number: string) => string };

/** How many users the jobs are of, in turn, and statements that add more to them. */
export type Filling = { readonly users?: number; readonly more?: readonly string[] };

/** Columns of a job, and the SQL of their values for the job of a number `i`. Both engines understand it with these two functions. */
function columnsOf(users: number, { hex, padded }: Functions) {
  const at = `(${filledFrom} + i * 1000)`;
  const failed = 'i % 10 = 3';
  const canceled = 'i % 50 = 7';
  const running = 'i % 100000 = 11';
  const state = `CASE WHEN ${failed} THEN 'FAILED' WHEN ${canceled} THEN 'CANCELED' WHEN ${running} THEN 'PENDING' ELSE 'COMPLETED' END`;
  const ifCompleted = (value: string) => `CASE WHEN ${state} = 'COMPLETED' THEN ${value} END`;
  const ifFailed = (value: string) => `CASE WHEN ${failed} THEN ${value} END`;
  return {
    id: `substr(${hex(at)}, 1, 8) || '-' || substr(${hex(at)}, 9, 4) || '-7000-8000-' || ${padded('i')}`,
    account_id: `'account-' || (i % ${users})`,
    number: `(i - 1) / ${users} + 1`,
    owner: `'user-' || (i % ${users})`,
    environment: `'LIVE'`,
    prompt: `'Two people at desk ' || i`,
    aspect_ratio: `'LANDSCAPE_16_9'`,
    seed: 'i',
    external_id: `CASE WHEN i % 3 = 0 THEN 'order-' || (i % 1000) END`,
    price_credits: '0',
    state,
    version: '5',
    request_id: ifCompleted(`'request-' || i`),
    poll_url: ifCompleted(`'https://provider.example/' || i`),
    video_id: `'00000000000000000000' || ${padded('i')}`,
    video_url: ifCompleted(`'https://provider.example/' || i || '.mp4'`),
    video_content_type: ifCompleted(`'video/mp4'`),
    failure_code: ifFailed(`CASE WHEN i % 100 = 3 THEN 'CONTENT_REJECTED' ELSE 'PROVIDER_UNAVAILABLE' END`),
    failure_message: ifFailed(`'No.'`),
    estimate_quantiles: `'[]'`,
    estimate_sample_size: '0',
    faults: '0',
    resends: '0',
    created_at: at,
    submitted_at: ifCompleted(at),
    finished_at: `CASE WHEN ${state} <> 'PENDING' THEN ${at} END`,
    deadline_at: `${at} + 1200000`,
    poll_at: `CASE WHEN ${state} = 'PENDING' THEN ${at} END`,
  };
}

const accounts = (
  count: number,
  users: number,
) => `INSERT INTO accounts (id, owner, environment, balance, held, running, feed, ledger, jobs, created_at)
  SELECT 'account-' || i, 'user-' || i, 'LIVE', 0, 0, 0, 0, 0, ${count / users}, ${filledFrom}`;

/** Fills an SQLite file with jobs, in seconds. Guards stand aside meanwhile, and the statistics are made. */
export function fillSqlite(file: string, count: number, { users = 4, more = [] }: Filling = {}): void {
  const { sqlite, close } = openConnection(file, true);
  for (const pragma of ['foreign_keys = OFF', 'synchronous = OFF', 'cache_size = -400000']) sqlite.pragma(pragma);
  const columns = columnsOf(users, { hex: (n) => `printf('%012x', ${n})`, padded: (n) => `printf('%012d', ${n})` });
  const guards = sqlite
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  sqlite.transaction(() => {
    for (const { name } of guards) sqlite.exec(`DROP TRIGGER ${name}`);
    sqlite.exec(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${users - 1}) ${accounts(count, users)} FROM n`,
    );
    sqlite.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
      INSERT INTO jobs (${Object.keys(columns).join(', ')}) SELECT ${Object.values(columns).join(', ')} FROM n`);
    for (const statement of more) sqlite.exec(statement);
    for (const { sql } of guards) sqlite.exec(sql);
  })();
  sqlite.exec('ANALYZE');
  close();
}

/** The statements that do the same in PostgreSQL. */
export function postgresFill(count: number, { users = 4, more = [] }: Filling = {}): readonly string[] {
  const columns = columnsOf(users, {
    hex: (n) => `lpad(to_hex(${n}::bigint), 12, '0')`,
    padded: (n) => `lpad(${n}::text, 12, '0')`,
  });
  const values = Object.entries(columns).map(([name, sql]) => (name === 'estimate_quantiles' ? `${sql}::jsonb` : sql));
  const guarded = ['jobs', 'accounts', 'job_events', 'ledger_entries', 'webhook_deliveries'];
  return [
    ...guarded.map((table) => `ALTER TABLE ${table} DISABLE TRIGGER USER`),
    `${accounts(count, users)} FROM generate_series(0, ${users - 1}) AS n (i)`,
    `INSERT INTO jobs (${Object.keys(columns).join(', ')})
      SELECT ${values.join(', ')} FROM generate_series(1::bigint, ${count}) AS n (i)`,
    ...more,
    ...guarded.map((table) => `ALTER TABLE ${table} ENABLE TRIGGER USER`),
    'VACUUM ANALYZE',
  ];
}
