import { isEnded, type Job } from '../../../src/domain/job.ts';
import type { Violation } from '../observations.ts';
import type { ClientResult } from '../sighting.ts';
import { breachesOf, groupsOf, type Outcome, type Report } from './outcome.ts';

/** The results that clients received are true and stay true: for keys, retries, cancels and refusals. */
export function resultBreachesOf({ accounts, sightings }: Outcome): Violation[] {
  return breachesOf('keys and results true', (report) => {
    const jobs = new Map(accounts.flatMap((evidence) => evidence.jobs).map((job) => [job.id, job]));
    for (const result of sightings.results) reportResult(result, jobs, report);
    for (const results of groupsOf(sightings.results, requestNameOf).values())
      reportRequest(results, [...jobs.values()], report);
  });
}

/** Two calls with the same name are the same request: the name is the key or, without a key, the verb and its input. */
function requestNameOf({ owner, environment, verb, key, of, prompt }: ClientResult): string {
  const name = key === null ? `${verb} ${of} ${prompt}` : `key ${key}`;
  return `${owner} ${environment} ${name}`;
}

function reportResult(result: ClientResult, jobs: ReadonlyMap<string, Job>, report: Report): void {
  const { verb, kind, of, owner, environment } = result;
  const target = of === null ? null : (jobs.get(of) ?? null);
  const isForeign = target !== null && (target.owner !== owner || target.environment !== environment);
  if (isForeign && !['notFound', 'none', 'error'].includes(kind)) report(`${verb} of another's job returned ${kind}`);
  if (!isForeign && kind === 'notFound') report(`${verb} of ${of} returned ${kind}`);
  if (result.job === null) return;
  const job = jobs.get(result.job.id);
  if (job === undefined) {
    report(`${result.job.id} was returned and is not in the store`);
    return;
  }
  if (job.owner !== owner || job.environment !== environment) report(`${job.id} was returned to ${owner}`);
  if (result.job.version > job.version) report(`${job.id} was returned at version ${result.job.version}`);
  if (isEnded(result.job) && result.job.state !== job.state) report(`${job.id} was ${result.job.state} for a while`);
  if (kind === 'canceled' && job.state !== 'CANCELED')
    report(`${job.id} was reported as canceled, and is ${job.state}`);
  const input = of !== null && verb === 'retry' ? target?.prompt : result.prompt;
  // With the key of the job to retry, the conflict is with that job.
  if (kind === 'idempotencyConflict' && input === job.prompt && of !== job.id)
    report(`${job.id} was in conflict with its own request`);
  if ((kind === 'generated' || kind === 'job') && input !== job.prompt) report(`${job.id} was returned for ${input}`);
}

/** All calls of one request made one job, and the later ones returned it. */
function reportRequest(results: readonly ClientResult[], jobs: readonly Job[], report: Report): void {
  const [first] = results;
  if (first === undefined || first.verb === 'cancel') return;
  const returned = results.filter(({ job, kind }) => job !== null && kind !== 'jobState');
  const ids = new Set(returned.map(({ job }) => job?.id));
  const name = requestNameOf(first);
  if (ids.size > 1) report(`${name} stands for ${[...ids].join()}`);
  if (returned.filter(({ replayed }) => replayed === false).length > 1) report(`${name} was stored twice`);
  const boundAt = Math.min(...returned.map(({ receivedAt }) => receivedAt));
  for (const { sentAt, kind } of results) {
    if (sentAt > boundAt && ['invalidInput', 'rateLimited', 'insufficientCredits'].includes(kind))
      report(`${name} was refused as ${kind} though it stood for a job`);
  }
  if (first.key !== null) return;
  const made = jobs.filter(
    (job) =>
      job.owner === first.owner &&
      job.environment === first.environment &&
      job.idempotencyKey === null &&
      job.retryOf === first.of &&
      (first.verb === 'retry' || job.prompt === first.prompt),
  );
  if (made.length > 1) report(`${name} made ${made.length} jobs`);
  const mayBe = results.some(({ kind }) => ['generated', 'job', 'none'].includes(kind));
  if (made.length > 0 && !mayBe) report(`${name} returned ${results.map(({ kind }) => kind).join()}, and made a job`);
}
