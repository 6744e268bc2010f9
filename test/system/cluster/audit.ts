import { expect } from 'vitest';
import { idOf } from '../../../schema/id.ts';
import { openStore } from '../../../src/adapter/store/open.ts';
import { statusOf } from '../../../src/domain/job.ts';
import type { TestProvider } from '../../world/provider.ts';
import { readAudited, type Told } from '../crash/world.ts';
import type { Seen } from './clients.ts';

/** Nodes set their clocks by the database's, and how long its answer took is all that they know of the error. */
const clockErrorMs = 1000;

/** What a POST may take in all. */
const submitWithinMs = 10_000;

/** All jobs of LIVE users that a database holds, once each user's books and feed have been found exact. */
export async function readCluster(databaseUrl: string, owners: readonly string[]): Promise<readonly Told[]> {
  const store = await openStore(databaseUrl, { newId: () => 'unused', exclusive: false, mustExist: true });
  try {
    const told: Told[] = [];
    for (const owner of owners) told.push(...(await readAudited(store, { owner, environment: 'LIVE' })));
    return told;
  } finally {
    await store.close();
  }
}

/** Each wish is one job, that was sent at most once and has ended: with its video, or as unconfirmed because its node died while it was being sent (or, on a busy machine, the provider took longer than a POST may). */
export function expectNoneTwiceNoneLost(
  told: readonly Told[],
  wishes: readonly string[],
  { provider, deaths }: { readonly provider: TestProvider; readonly deaths: readonly number[] },
): void {
  expect(told.map(({ job }) => job.prompt).toSorted()).toEqual(wishes.toSorted());
  const posted = provider.submissions.map(({ prompt }) => prompt);
  expect(posted.filter((prompt, index) => posted.indexOf(prompt) !== index)).toEqual([]);

  const completed = told.filter(({ job }) => job.state === 'COMPLETED');
  const lost = unconfirmedOf(told);
  expect(completed.length + lost.length).toBe(wishes.length);
  const taken = new Set([...provider.accepted.values()].map(({ prompt }) => prompt));
  expect(completed.filter(({ job }) => !taken.has(job.prompt))).toEqual([]);
  expect(withoutDeath(lost, deaths).filter((job) => sentForMs(job) < submitWithinMs - clockErrorMs)).toEqual([]);
}

/** Those that were given up though no node died between the mark that they are being sent and their end: their POST ran into its limit. */
export function withoutDeath(lost: readonly Told[], deaths: readonly number[]): readonly Told[] {
  return lost.filter(({ events }) => {
    const [sending, end] = lastTwoOf(events);
    return !deaths.some((at) => sending - clockErrorMs <= at && at <= end);
  });
}

function sentForMs({ events }: Told): number {
  const [sending, end] = lastTwoOf(events);
  return end - sending;
}

function lastTwoOf(events: Told['events']): readonly [number, number] {
  const [sending, end] = events.slice(-2).map(({ occurredAt }) => occurredAt);
  if (sending === undefined || end === undefined) throw new Error('Such a job has at least two events');
  return [sending, end];
}

/** Each subscriber saw its job move forward only, and last of all as it now stands. */
export function expectFinalStateSeen(told: readonly Told[], seen: readonly Seen[]): void {
  const shown = new Map(seen.map(({ jobId, frames }) => [jobId, frames]));
  expect(shown.size).toBe(told.length);
  for (const { job } of told) {
    const frames = shown.get(idOf('Job', job.id)) ?? [];
    expect(frames.at(-1)).toEqual({ version: job.version, status: statusOf(job.state) });
    const versions = frames.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  }
}

/** Jobs of which nobody knows whether the provider took them. */
export function unconfirmedOf(told: readonly Told[]): readonly Told[] {
  return told.filter(({ job }) => job.failure?.code === 'SUBMISSION_UNCONFIRMED');
}
