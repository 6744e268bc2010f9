import { isEnded, type JobStatus } from '../../../src/domain/job.ts';
import type { Evidence } from '../evidence.ts';
import type { Violation } from '../observations.ts';
import type { Owner } from '../sighting.ts';
import { breachesOf, type Outcome } from './outcome.ts';

/** A watcher of a job sees rising versions, its end last, and nothing after it. */
export function watcherBreachesOf({ accounts, sightings }: Outcome): Violation[] {
  const jobs = new Map(accounts.flatMap((evidence) => evidence.jobs).map((job) => [job.id, job]));
  return sightings.jobs.flatMap(({ jobId, seen, state, faults }) => [
    ...breachesOf('job watchers see the end', (report) => {
      for (const fault of faults) if (!fault.startsWith('progress')) report(`a watcher of ${jobId} saw ${fault}`);
      const last = seen.at(-1)?.item;
      const job = jobs.get(jobId);
      if (state === 'watching') report(`a watcher of ${jobId} still waits for its end`);
      // A late video comes after the end, so a watcher may have left before it.
      const ends = [job?.version, job?.lateVideo ? job.version - 1 : undefined];
      if (state === 'completed' && (!ends.includes(last?.version) || last?.state !== job?.state))
        report(`a watcher of ${jobId} ended on version ${last?.version}`);
      for (const { item } of seen)
        if (isEnded(item) && !ends.includes(item.version))
          report(`a watcher of ${jobId} was shown an end that was none`);
    }),
    ...breachesOf('progress never falls', (report) => {
      for (const fault of faults) if (fault.startsWith('progress')) report(`a watcher of ${jobId} saw ${fault}`);
    }),
  ]);
}

/** A watcher of an account sees only real past values, in order, and the current value last. */
export function accountBreachesOf({ accounts, sightings }: Outcome): Violation[] {
  return breachesOf('account watchers see the last', (report) => {
    for (const { owner, environment, seen, faults } of sightings.accounts) {
      for (const fault of faults) report(`a watcher of ${owner}'s account saw ${fault}`);
      const evidence = accounts.find(({ account }) => isOwn(account, { owner, environment }));
      const last = seen.at(-1)?.item;
      if (evidence === undefined) continue;
      const { account, entries } = evidence;
      if (last?.balance !== account.balance || last.held !== account.held)
        report(
          `${owner} was last shown ${last?.balance} and ${last?.held}, and has ${account.balance} and ${account.held}`,
        );
      if (seen.some(({ item }) => item.held > item.balance || item.held < 0))
        report(`${owner} was shown less than nothing`);
      const balances = [0, ...entries.toReversed().map(({ balanceAfter }) => balanceAfter)];
      if (
        !isWithin(
          seen.map(({ item }) => item.balance),
          balances,
        )
      )
        report(`${owner} was shown a balance that never was`);
      if (
        !isWithin(
          seen.map(({ item }) => item.held),
          heldOf(evidence),
        )
      )
        report(`${owner} was shown a hold that never was`);
    }
  });
}

/** The held credits after each event of an account, starting from 0. */
function heldOf({ events, jobs }: Evidence): number[] {
  const prices = new Map(jobs.map((job) => [job.id, job.priceCredits]));
  const ended = new Set<string>();
  let held = 0;
  return [
    0,
    ...events.map(({ jobId, version, status }) => {
      const price = prices.get(jobId) ?? 0;
      if (version === 1) held += price;
      // A late video is told as FAILED once more.
      if (isOver(status) && !ended.has(jobId)) {
        held -= price;
        ended.add(jobId);
      }
      return held;
    }),
  ];
}

function isOver(status: JobStatus): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELED';
}

/** Whether all of a list stand in another, in the same order; one that is shown again stands for itself. */
function isWithin(shown: readonly number[], all: readonly number[]): boolean {
  let at = 0;
  for (const value of shown) {
    at = all.indexOf(value, at);
    if (at === -1) return false;
  }
  return true;
}

/** A follower of a feed receives each event after its first cursor once, in order, over all connections. */
export function followerBreachesOf({ accounts, sightings }: Outcome): Violation[] {
  return breachesOf('feed followers miss nothing', (report) => {
    for (const { owner, environment, seen, faults, after } of sightings.feeds) {
      for (const fault of faults) report(`a follower of ${owner} saw ${fault}`);
      const events = accounts.find(({ account }) => isOwn(account, { owner, environment }))?.events ?? [];
      if (after === null) {
        report(`a follower of ${owner} never received a cursor`);
        continue;
      }
      const received = seen.map(({ item }) => `${item.feed} ${item.jobId} ${item.version}`);
      const kept = events.slice(after).map(({ feed, jobId, version }) => `${feed} ${jobId} ${version}`);
      if (received.join('\n') !== kept.join('\n'))
        report(`a follower of ${owner} received ${received.length} events of ${kept.length}, or others`);
    }
  });
}

function isOwn(one: Owner, other: Owner): boolean {
  return one.owner === other.owner && one.environment === other.environment;
}
