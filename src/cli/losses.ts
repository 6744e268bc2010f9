import { jobIdOf } from '../domain/global-id.ts';
import type { Environment, Job } from '../domain/job.ts';
import type { Losses, Store } from '../ports.ts';
import { doneOutcome, type Outcome, printable, timeOf } from './outcome.ts';

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
 * newest 100 of each environment, with the ids that the log uses. Instants are RFC 3339 in UTC. As JSON:
 * `{"environments": [{"environment": "LIVE", "unconfirmed": 2, …}, …], "jobs": […]}`.
 */
export async function lossesOutcome(store: Store): Promise<Outcome> {
  const counts: string[] = [];
  const environments: unknown[] = [];
  const jobs: LostJob[] = [];
  for (const environment of ['LIVE', 'TEST'] as const) {
    const losses = await store.losses(environment);
    counts.push(countsOf(environment, losses));
    environments.push({ environment, ...losses });
    for (const job of await store.listLosses(environment, listed)) jobs.push(await lostJobOf(store, job));
  }
  const table = jobs.length === 0 ? [] : ['', ...linesOf([columns, ...jobs.map(rowOf)])];
  return doneOutcome([...counts, ...table, ''].join('\n'), { environments, jobs });
}

function countsOf(environment: Environment, { unconfirmed, lateVideos, withoutResult, lostVideos }: Losses): string {
  const first = `${environment}: ${unconfirmed} unconfirmed, ${lateVideos} with a late video, ${withoutResult} without a result`;
  return `${first}, ${lostVideos} with a lost video`;
}

type LostJob = Awaited<ReturnType<typeof lostJobOf>>;

/** A job as the JSON shows it. `id`: as the API shows it; `jobId`: its UUID. */
async function lostJobOf(store: Store, job: Job) {
  return {
    id: jobIdOf(job.id),
    jobId: job.id,
    userId: job.owner,
    environment: job.environment,
    createdAt: timeOf(job.createdAt),
    sentAt: timeOf(job.submittedAt ?? (await sendingAtOf(store, job))),
    failureCode: job.failure?.code ?? null,
    hasLateVideo: job.lateVideo !== null,
    hasLostVideo: job.copy.lost,
    providerRequestId: job.requestId,
  };
}

function rowOf(job: LostJob): readonly string[] {
  return [
    job.id,
    job.userId,
    job.environment,
    job.createdAt,
    job.sentAt,
    job.failureCode ?? '-',
    job.hasLateVideo ? 'yes' : '-',
    job.hasLostVideo ? 'yes' : '-',
    job.providerRequestId ?? '-',
  ];
}

/** When a job without an acceptance was sent: the time of the last event before its end. */
async function sendingAtOf(store: Store, { id, createdAt }: Job): Promise<number> {
  const lastTwo = { count: { from: 'end', limit: 2 }, after: null, before: null } as const;
  const { items } = await store.listEvents(id, lastTwo);
  return items[0]?.occurredAt ?? createdAt;
}

/** Aligns rows in columns. Cells come from outside. */
function linesOf(rows: readonly (readonly string[])[]): readonly string[] {
  const shown = rows.map((row) => row.map(printable));
  const widths = columns.map((_, index) => Math.max(...shown.map((row) => row[index]?.length ?? 0)));
  return shown.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
