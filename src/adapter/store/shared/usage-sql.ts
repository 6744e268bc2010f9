import { type SQL, sql } from 'drizzle-orm';
import { noUsage, type UsageGroup, type UsageRow } from '../../../domain/usage.ts';
import type { Span, SpanSpend } from '../../../ports/money.ts';

// Both engines understand these statements. Each sums one span, along an index that begins with the environment and the time.

/** A row as an engine returns it: PostgreSQL returns large numbers as text, and null for the sum of no rows. */
export type SumRow = Readonly<Record<string, unknown>>;

/** The range of a span. `at`: the column of the index. */
function within({ environment, from, to }: Span, table: string, at: string): SQL {
  const name = (column: string) => sql`${sql.identifier(table)}.${sql.identifier(column)}`;
  // The condition on 0 is that of the indexes on times in SQLite.
  return sql`${name('environment')} = ${environment} and ${name(at)} > 0 and ${name(at)} >= ${from} and ${name(at)} < ${to}`;
}

const completed = sql.raw(`sum(case when "kind" = 'CAPTURE' then 1 else 0 end) as "completed"`);

const creditSums = sql.raw(
  [
    `sum(case when "kind" = 'CAPTURE' then - "credits" else 0 end) as "capturedCredits"`,
    `sum(case when "kind" = 'REFUND' then "credits" else 0 end) as "refundedCredits"`,
    `sum(case when "kind" = 'GRANT' then "credits" else 0 end) as "grantedCredits"`,
  ].join(', '),
);

/** How a group names its rows: the joins and the key of ledger entries, and the key of jobs. */
type Grouping = { readonly joins: SQL; readonly entryKey: SQL; readonly jobKey: SQL; readonly by: SQL };

function groupingOf(groupBy: UsageGroup): Grouping {
  const none = sql.raw("''");
  // Without a GROUP BY there is one row, also for an empty span.
  if (groupBy === 'DAY') return { joins: sql.empty(), entryKey: none, jobKey: none, by: sql.empty() };
  const by = sql.raw(' group by 1');
  if (groupBy === 'USER') {
    const joins = sql.raw(' join "accounts" on "accounts"."id" = "ledger_entries"."account_id"');
    return { joins, entryKey: sql.raw('"accounts"."owner"'), jobKey: sql.raw('"jobs"."owner"'), by };
  }
  const key = sql.raw(`coalesce("jobs"."api_key_id", '')`);
  const joins = sql.raw(' left join "jobs" on "jobs"."id" = "ledger_entries"."job_id"');
  return { joins, entryKey: key, jobKey: key, by };
}

/** The statements whose rows add up to a span's usage. */
export function usageStatements(span: Span, groupBy: UsageGroup): readonly SQL[] {
  const { joins, entryKey, jobKey, by } = groupingOf(groupBy);
  const entries = within(span, 'ledger_entries', 'created_at');
  const failed = sql`${within(span, 'jobs', 'finished_at')} and "jobs"."state" = 'FAILED'`;
  return [
    sql`select ${entryKey} as "key", ${completed}, ${creditSums} from "ledger_entries"${joins} where ${entries}${by}`,
    sql`select ${jobKey} as "key", count(*) as "jobs" from "jobs" where ${within(span, 'jobs', 'created_at')}${by}`,
    sql`select ${jobKey} as "key", count(*) as "failed" from "jobs" where ${failed}${by}`,
  ];
}

/** A row of one of those statements, with the sums that it has. */
export function usageRowOf(row: SumRow): UsageRow {
  const key = String(row['key']);
  const zero = noUsage(key);
  // The statements name their sums as UsageRow does.
  return { ...zero, ...numbersOf(row, Object.keys(zero)), key };
}

/** The statements whose first rows together are a span's spend. */
export function spendStatements(span: Span): readonly SQL[] {
  const isUnconfirmed = sql.raw(`"jobs"."failure_code" = 'SUBMISSION_UNCONFIRMED'`);
  const { environment, from, to } = span;
  const compared = `sum(case when "provider_cost" is not null and "state" = 'COMPLETED' then "price_credits" else 0 end)`;
  const costs = sql.raw(
    [
      'count(*) as "acceptedJobs"',
      'sum(case when "provider_cost" is null then 1 else 0 end) as "jobsWithoutCost"',
      'sum("provider_cost") as "providerCost"',
      `${compared} as "comparedCredits"`,
    ].join(', '),
  );
  return [
    sql`select ${costs} from "jobs" where ${within(span, 'jobs', 'submitted_at')}`,
    sql`select ${creditSums} from "ledger_entries" where ${within(span, 'ledger_entries', 'created_at')}`,
    // The few unconfirmed jobs of the environment have an index of their own.
    sql`select count(*) as "unconfirmedJobs" from "jobs"
      where ${isUnconfirmed} and "environment" = ${environment} and +"created_at" >= ${from} and +"created_at" < ${to}`,
  ];
}

/** The spend of a span, from the first row of each statement. */
export function spendOf(rows: readonly (SumRow | undefined)[]): SpanSpend {
  const all: SumRow = Object.assign({}, ...rows);
  const number = (name: keyof SpanSpend) => Number(all[name] ?? 0);
  return {
    acceptedJobs: number('acceptedJobs'),
    jobsWithoutCost: number('jobsWithoutCost'),
    providerCost: number('providerCost'),
    comparedCredits: number('comparedCredits'),
    capturedCredits: number('capturedCredits'),
    refundedCredits: number('refundedCredits'),
    unconfirmedJobs: number('unconfirmedJobs'),
  };
}

function numbersOf(row: SumRow, names: readonly string[]): Readonly<Record<string, number>> {
  const some = names.filter((name) => name !== 'key' && name in row);
  return Object.fromEntries(some.map((name) => [name, Number(row[name] ?? 0)]));
}
