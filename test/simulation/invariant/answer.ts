import { isEnded, type Job } from '../../../src/domain/job.ts';
import type { HttpResponse } from '../sighting.ts';
import type { Violation } from '../witness.ts';
import { breachesOf, groupsOf, type Outcome, type Report } from './outcome.ts';

/** What clients were told is true, and stays so: of keys, of retries, of cancels and of refusals. */
export function answerBreachesOf({ accounts, sightings }: Outcome): Violation[] {
  return breachesOf('keys and answers true', (report) => {
    const jobs = new Map(accounts.flatMap((evidence) => evidence.jobs).map((job) => [job.id, job]));
    for (const answer of sightings.answers) reportAnswer(answer, jobs, report);
    for (const answers of groupsOf(sightings.answers, wishOf).values()) reportWish(answers, [...jobs.values()], report);
  });
}

/** What makes two calls the same wish: the key, or the job that a retry without one tries again. */
function wishOf({ owner, environment, verb, key, of, prompt }: HttpResponse): string {
  const name = key === null ? `${verb} ${of} ${prompt}` : `key ${key}`;
  return `${owner} ${environment} ${name}`;
}

function reportAnswer(answer: HttpResponse, jobs: ReadonlyMap<string, Job>, report: Report): void {
  const { verb, kind, of, owner, environment } = answer;
  const target = of === null ? null : (jobs.get(of) ?? null);
  const isForeign = target !== null && (target.owner !== owner || target.environment !== environment);
  if (isForeign && !['notFound', 'none', 'error'].includes(kind))
    report(`${verb} of another's job was answered ${kind}`);
  if (!isForeign && kind === 'notFound') report(`${verb} of ${of} was answered ${kind}`);
  if (answer.job === null) return;
  const job = jobs.get(answer.job.id);
  if (job === undefined) {
    report(`${answer.job.id} was told of and is not in the store`);
    return;
  }
  if (job.owner !== owner || job.environment !== environment) report(`${job.id} was shown to ${owner}`);
  if (answer.job.version > job.version) report(`${job.id} was told of at version ${answer.job.version}`);
  if (isEnded(answer.job) && answer.job.state !== job.state) report(`${job.id} was ${answer.job.state} for a while`);
  if (kind === 'canceled' && job.state !== 'CANCELED') report(`${job.id} was told to be canceled, and is ${job.state}`);
  const input = of !== null && verb === 'retry' ? target?.prompt : answer.prompt;
  // The key of the job that is to be tried again would bring back that job.
  if (kind === 'idempotencyConflict' && input === job.prompt && of !== job.id)
    report(`${job.id} was in conflict with its own wish`);
  if ((kind === 'generated' || kind === 'job') && input !== job.prompt) report(`${job.id} answered for ${input}`);
}

/** All calls of one wish: they made one job, and those that came later were told of it. */
function reportWish(answers: readonly HttpResponse[], jobs: readonly Job[], report: Report): void {
  const [first] = answers;
  if (first === undefined || first.verb === 'cancel') return;
  const told = answers.filter(({ job, kind }) => job !== null && kind !== 'jobState');
  const ids = new Set(told.map(({ job }) => job?.id));
  const name = wishOf(first);
  if (ids.size > 1) report(`${name} stands for ${[...ids].join()}`);
  if (told.filter(({ replayed }) => replayed === false).length > 1) report(`${name} was stored twice`);
  const boundAt = Math.min(...told.map(({ answeredAt }) => answeredAt));
  for (const { askedAt, kind } of answers) {
    if (askedAt > boundAt && ['invalidInput', 'rateLimited', 'insufficientCredits'].includes(kind))
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
  const mayBe = answers.some(({ kind }) => ['generated', 'job', 'none'].includes(kind));
  if (made.length > 0 && !mayBe)
    report(`${name} was answered ${answers.map(({ kind }) => kind).join()}, and made a job`);
}
