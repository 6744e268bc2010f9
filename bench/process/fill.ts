import { openConnection } from '../../src/adapter/store/sqlite/engine/connection.ts';

/** The id of the job of a number `i`: a UUIDv7 of the time at which it was stored. */
const jobId =
  "substr(printf('%012x', :start + i), 1, 8) || '-' || substr(printf('%012x', :start + i), 9) || '-7000-8000-' || printf('%012x', i)";

const insertJobs = `
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
  INSERT INTO jobs (id, account_id, number, owner, environment, prompt, aspect_ratio, seed, external_id, price_credits, state, version,
    request_id, poll_url, video_id, video_url, video_content_type, copy_state, copy_faults, copy_settled_at, copy_byte_size, copy_sha256,
    copy_has_poster, estimate_quantiles, estimate_sample_size, faults, resends, created_at,
    submitted_at, started_at, finished_at, deadline_at, poll_at, polled_at)
  SELECT ${jobId}, 'account', i, 'demo', 'LIVE', 'Two people at desk ' || i, 'LANDSCAPE_16_9', i,
    printf('order-%09d', i), 1, iif(i > :ended, 'PROCESSING', 'COMPLETED'), iif(i > :ended, 4, 5),
    'request-' || i, 'https://api.segmind.com/workflows/request/' || i,
    printf('%032x', i), iif(i > :ended, NULL, 'https://images.segmind.com/' || i || '.mp4'), iif(i > :ended, NULL, 'video/mp4'),
    iif(i > :ended, 'NONE', 'STORED'), 0, iif(i > :ended, NULL, :start + i), iif(i > :ended, NULL, 5000000),
    iif(i > :ended, NULL, printf('%064x', i)), iif(i > :ended, 0, 1),
    '[86.5,97.25,104,110.5,116.75,123,129.5,136.25,140,144,150.5,158,167.25,178,190.75,207,229.5,263,303,360.5]', 200, 0, 0,
    :start + i, :start + i, :start + i, iif(i > :ended, NULL, :start + i), :start + 4000000000000,
    iif(i > :ended, :start + i, NULL), :start + i
  FROM n`;

/** The history of a job: one event per version. */
const insertEvents = `
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count),
    v (version, status) AS (VALUES (1, 'PENDING'), (2, 'PENDING'), (3, 'QUEUED'), (4, 'PROCESSING'), (5, 'COMPLETED'))
  INSERT INTO job_events (job_id, version, account_id, feed, status, message, occurred_at)
  SELECT ${jobId}, version, 'account', (i - 1) * 5 + version, status,
    'The provider is working on it.', :start + i
  FROM n, v WHERE i <= :ended OR version < 5`;

const insertEntries = `
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :ended)
  INSERT INTO ledger_entries (id, account_id, environment, number, kind, credits, balance_after, job_id, created_at)
  SELECT '01900000-0000-7000-9000-' || printf('%012x', i), 'account', 'LIVE', i, 'CAPTURE', -1, 1000000000 - i,
    ${jobId}, :start + i
  FROM n`;

/** The time at which the first job was stored. */
export const startedAt = Date.UTC(2026, 0, 1);

/** Creates a database of this many jobs in one account. The last ones are running, all others are over. Guards are disabled meanwhile. */
export function fillDatabase(file: string, count: number, running: number): void {
  const { sqlite, close } = openConnection(file, true);
  sqlite.pragma('foreign_keys = OFF');
  sqlite.pragma('synchronous = OFF');
  // All or nothing: there is no old data to protect, and the indexes are built in memory.
  sqlite.pragma('journal_mode = OFF');
  sqlite.pragma('cache_size = -1000000');
  const guards = sqlite
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  const ended = count - running;
  const values = { count, ended, start: startedAt };
  sqlite.transaction(() => {
    for (const { name } of guards) sqlite.exec(`DROP TRIGGER ${name}`);
    sqlite
      .prepare(
        `INSERT INTO accounts (id, owner, environment, balance, held, running, feed, ledger, jobs, created_at)
          VALUES ('account', 'demo', 'LIVE', 1000000000 - :ended, :running, :running, :feed, :ended, :count, :start)`,
      )
      .run({ ...values, running, feed: ended * 5 + running * 5 - 1 });
    sqlite.prepare(insertJobs).run(values);
    sqlite.prepare(insertEvents).run({ count, ended, start: startedAt });
    sqlite.prepare(insertEntries).run({ ended, start: startedAt });
    for (const { sql } of guards) sqlite.exec(sql);
  })();
  close();
}
