import { expect } from 'vitest';
import { idOf } from '../../../schema/id.ts';
import { openStore } from '../../../src/adapter/store/open.ts';
import { statusOf } from '../../../src/domain/job.ts';
import type { TestProvider } from '../../world/provider.ts';
import { type AuditedJob, readAudited } from '../crash/world.ts';
import type { Seen } from './clients.ts';

/** Nodes set their clocks by the database's; the round trip is the bound of their error. */
const clockErrorMs = 1000;

/** The most that a POST may take in all. */
const submitWithinMs = 10_000;

/** All jobs of LIVE users in a database. First checks that each user's ledger and feed are exact. */
export async function readCluster(databaseUrl: string, owners: readonly string[]): Promise<readonly AuditedJob[]> {
  const store = await openStore(databaseUrl, { newId: () => 'unused', exclusive: false, mustExist: true });
  try {
    const jobs: AuditedJob[] = [];
    for (const owner of owners) jobs.push(...(await readAudited(store, { owner, environment: 'LIVE' })));
    return jobs;
  } finally {
    await store.close();
  }
}

/**
 * Each request is one job that was sent at most once and has ended: with its video, or as unconfirmed because its node died while sending
 * it. On a busy machine the provider may also have taken longer than a POST may.
 */
export function expectNoneTwiceNoneLost(
  jobs: readonly AuditedJob[],
  prompts: readonly string[],
  { provider, deaths }: { readonly provider: TestProvider; readonly deaths: readonly number[] },
): void {
  expect(jobs.map(({ job }) => job.prompt).toSorted()).toEqual(prompts.toSorted());
  const posted = provider.submissions.map(({ prompt }) => prompt);
  expect(posted.filter((prompt, index) => posted.indexOf(prompt) !== index)).toEqual([]);

  const completed = jobs.filter(({ job }) => job.state === 'COMPLETED');
  const lost = unconfirmedOf(jobs);
  expect(completed.length + lost.length).toBe(prompts.length);
  const taken = new Set([...provider.accepted.values()].map(({ prompt }) => prompt));
  expect(completed.filter(({ job }) => !taken.has(job.prompt))).toEqual([]);
  expect(withoutDeath(lost, deaths).filter((job) => sentForMs(job) < submitWithinMs - clockErrorMs)).toEqual([]);
}

/** The jobs that became unconfirmed although no node died while sending them: their POST reached its time limit. */
export function withoutDeath(lost: readonly AuditedJob[], deaths: readonly number[]): readonly AuditedJob[] {
  return lost.filter(({ events }) => {
    const [sending, end] = lastTwoOf(events);
    return !deaths.some((at) => sending - clockErrorMs <= at && at <= end);
  });
}

function sentForMs({ events }: AuditedJob): number {
  const [sending, end] = lastTwoOf(events);
  return end - sending;
}

function lastTwoOf(events: AuditedJob['events']): readonly [number, number] {
  const [sending, end] = events.slice(-2).map(({ occurredAt }) => occurredAt);
  if (sending === undefined || end === undefined) throw new Error('Such a job has at least two events');
  return [sending, end];
}

/** Each subscriber saw its job only move forward, and last of all as it now is. */
export function expectFinalStateSeen(jobs: readonly AuditedJob[], seen: readonly Seen[]): void {
  const shown = new Map(seen.map(({ jobId, frames }) => [jobId, frames]));
  expect(shown.size).toBe(jobs.length);
  for (const { job } of jobs) {
    const frames = shown.get(idOf('Job', job.id)) ?? [];
    expect(frames.at(-1)).toEqual({ version: job.version, status: statusOf(job.state) });
    const versions = frames.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  }
}

/** Jobs of which nobody knows whether the provider took them. */
export function unconfirmedOf(jobs: readonly AuditedJob[]): readonly AuditedJob[] {
  return jobs.filter(({ job }) => job.failure?.code === 'SUBMISSION_UNCONFIRMED');
}
