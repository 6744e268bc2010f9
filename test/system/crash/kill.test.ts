import { describe, expect, test, vi } from 'vitest';
import type { Death } from './death.ts';
import { liveAndDie, type Outcome } from './lives.ts';

// Each start takes most of a second on one core.
vi.setConfig({ maxConcurrency: 2, testTimeout: 600_000 });

const lives = process.env['CI'] === 'true' ? 10 : 3;

/** The cost of one death: how many jobs it leaves unconfirmed, and how many of them the provider had taken; null if that varies. */
type Cost = { readonly unconfirmed: number | null; readonly paidInVain: number | null };

const nothing: Cost = { unconfirmed: 0, paidInVain: 0 };

const aJob: Cost = { unconfirmed: 1, paidInVain: 0 };

const aVideo: Cost = { unconfirmed: 1, paidInVain: 1 };

// Another job may be on its way to the provider while this one is polled, ends or rings.
const chance: Cost = { unconfirmed: null, paidInVain: null };

const failpoint = (name: string): Death => ({ failpoint: name });

const scenarios: readonly (readonly [string, readonly Death[], Cost])[] = [
  ['before a job is stored', [failpoint('before-admit')], nothing],
  ['after a job is stored', [failpoint('after-admit')], nothing],
  ['before a claim', [failpoint('before-claim')], nothing],
  ['after a claim', [failpoint('after-claim')], aJob],
  [
    'after a claim, and again while the next start ends it',
    [failpoint('after-claim'), failpoint('after-recover:1')],
    chance,
  ],
  ['before a submit', [failpoint('before-submit')], aJob],
  ['before the first byte of a POST', [failpoint('before-first-byte')], aJob],
  ['when the provider has read a POST', [{ post: 'read' }], aJob],
  ['when the provider has taken a job', [{ post: 'taken' }], aVideo],
  ['in the middle of the response to a POST', [{ post: 'half answered' }], aVideo],
  ['as the response to a POST is received', [{ post: 'answered' }], chance],
  ['after the response to a POST', [failpoint('after-submit')], aVideo],
  ['before the commit of an acceptance', [failpoint('before-accept-commit')], aVideo],
  ['after the commit of an acceptance', [failpoint('after-accept-commit')], nothing],
  ['before a poll', [failpoint('before-poll')], chance],
  ['while a poll waits for its response', [{ poll: 'unanswered' }], chance],
  ['in the middle of the response to a poll', [{ poll: 'half answered' }], chance],
  ['as the response to the last poll is received', [{ poll: 'ended' }], chance],
  ['after the response to a poll', [failpoint('after-poll')], chance],
  ['before the commit of an end', [failpoint('before-end-commit')], chance],
  ['after the commit of an end', [failpoint('after-end-commit')], chance],
  ['before a ring', [failpoint('before-ring')], chance],
  ['after a ring', [failpoint('after-ring')], chance],
  ['at any moment', [{ afterMs: (life) => (life * 61) % 400 }], chance],
];

describe(`a gateway that is killed ${lives} times on one database (3 times, or 10 where CI is true)`, () => {
  test.concurrent.for(scenarios)('%s, pays for no job twice and loses none', async ([, deaths, cost], { annotate }) => {
    const outcome = await liveAndDie(deaths, lives);
    await annotate(figuresOf(outcome));
    expect(duplicatesIn(outcome.posted)).toEqual([]);
    expectOneJobPerWish(outcome);
    expectLossesExplained(outcome, cost);
  });
});

/** Each request became exactly one job, and each job that the provider took completed or is listed as a loss. */
function expectOneJobPerWish({ jobs, posted, accepted }: Outcome): void {
  const prompts = jobs.map(({ job }) => job.prompt);
  expect(duplicatesIn(prompts)).toEqual([]);
  expect(prompts).toHaveLength(lives * 3);
  const completed = jobs.filter(({ job }) => job.state === 'COMPLETED').map(({ job }) => job.prompt);
  const unconfirmed = unconfirmedOf(jobs).map(({ job }) => job.prompt);
  expect([...completed, ...unconfirmed].toSorted()).toEqual(prompts.toSorted());
  expect(accepted.filter((prompt) => !unconfirmed.includes(prompt)).toSorted()).toEqual(completed.toSorted());
  expect(posted.filter((prompt) => !prompts.includes(prompt))).toEqual([]);
}

/** A job is unconfirmed only if a death came between the mark that it is being sent and the next start, which ended it. */
function expectLossesExplained({ jobs, crashes, accepted }: Outcome, cost: Cost): void {
  const unconfirmed = unconfirmedOf(jobs);
  for (const { events } of unconfirmed) {
    const [sending, end] = events.slice(-2).map(({ occurredAt }) => occurredAt);
    if (sending === undefined || end === undefined) throw new Error('Such a job has at least two events');
    const deaths = crashes.filter(({ at, recoveredBy }) => sending <= at && at <= end && end <= recoveredBy);
    expect(deaths).toHaveLength(1);
  }
  const paidInVain = unconfirmed.filter(({ job }) => accepted.includes(job.prompt));
  if (cost.unconfirmed !== null) expect(unconfirmed).toHaveLength(cost.unconfirmed * crashes.length);
  if (cost.paidInVain !== null) expect(paidInVain).toHaveLength(cost.paidInVain * crashes.length);
}

/** For docs/reliability.md: `--reporter verbose` prints it. */
function figuresOf({ jobs, crashes, posted, accepted }: Outcome): string {
  const lost = unconfirmedOf(jobs);
  const paid = lost.filter(({ job }) => accepted.includes(job.prompt));
  const totals = `${crashes.length} deaths, ${jobs.length} jobs, ${posted.length} POSTs, ${accepted.length} taken`;
  return `${totals}, ${lost.length} unconfirmed, ${paid.length} of them taken`;
}

function unconfirmedOf(jobs: Outcome['jobs']): Outcome['jobs'] {
  return jobs.filter(({ job }) => job.failure?.code === 'SUBMISSION_UNCONFIRMED');
}

function duplicatesIn(texts: readonly string[]): readonly string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}
