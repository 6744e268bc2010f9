import type { Environment, Job } from '../domain/job.ts';
import type { Store } from '../ports.ts';

/** How many jobs of each environment are listed; the counts include all. */
const listed = 100;

const columns = [
  'job',
  'user',
  'environment',
  'created',
  'sent',
  'failure',
  'late video',
  'lost video',
  'provider request',
];

/**
 * A text for operators to compare with the provider's bill: the number of jobs that may have been paid for in vain, and a table of the
 * newest 100 of each environment, with the ids that the log uses. Instants are RFC 3339 in UTC.
 */
export async function lossesText(store: Store): Promise<string> {
  const counts: string[] = [];
  const rows: string[][] = [];
  for (const environment of ['LIVE', 'TEST'] as const) {
    counts.push(await countsOf(store, environment));
    for (const job of await store.listLosses(environment, listed)) rows.push(await rowOf(store, job));
  }
  return [...counts, ...(rows.length === 0 ? [] : ['', ...linesOf([columns, ...rows])]), ''].join('\n');
}

async function countsOf(store: Store, environment: Environment): Promise<string> {
  const { unconfirmed, lateVideos, withoutResult, lostVideos } = await store.losses(environment);
  const first = `${environment}: ${unconfirmed} unconfirmed, ${lateVideos} with a late video, ${withoutResult} without a result`;
  return `${first}, ${lostVideos} with a lost video`;
}

async function rowOf(store: Store, job: Job): Promise<string[]> {
  return [
    job.id,
    job.owner,
    job.environment,
    timeOf(job.createdAt),
    timeOf(job.submittedAt ?? (await sendingAtOf(store, job))),
    job.failure?.code ?? '-',
    job.lateVideo === null ? '-' : 'yes',
    job.copy.lost ? 'yes' : '-',
    job.requestId ?? '-',
  ];
}

/** When a job without an acceptance was sent: the time of the last event before its end. */
async function sendingAtOf(store: Store, { id, createdAt }: Job): Promise<number> {
  const lastTwo = { count: { from: 'end', limit: 2 }, after: null, before: null } as const;
  const { items } = await store.listEvents(id, lastTwo);
  return items[0]?.occurredAt ?? createdAt;
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}

/** Aligns rows in columns. Cells come from outside: characters that could control a terminal are replaced. */
function linesOf(rows: readonly (readonly string[])[]): readonly string[] {
  const printable = rows.map((row) => row.map((cell) => cell.replace(/\p{C}/gu, '?')));
  const widths = columns.map((_, index) => Math.max(...printable.map((row) => row[index]?.length ?? 0)));
  return printable.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
