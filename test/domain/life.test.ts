import { describe, expect, test } from 'vitest';
import { closesCharge, lateVideoOf, resendAt } from '../../src/domain/change.ts';
import { endStates, type Job, type LifeEvent } from '../../src/domain/job.ts';
import { advance } from '../../src/domain/life.ts';
import { knownEstimateOf } from '../../src/domain/progress.ts';
import { events, given, jobs, now } from './life-cases.ts';
import { sampleJob } from './sample.ts';

function cell(job: Job, event: LifeEvent): string {
  const change = advance(job, event, given);
  if (change === null) return '.';
  const { to } = change;
  const next = to.pollAt === null ? 'over' : `+${(to.pollAt - now) / 1000}s`;
  const words = [
    to.state,
    change.moved ? `v${to.version}` : 'stays',
    to.failure?.code === job.failure?.code ? '' : (to.failure?.code ?? ''),
    next,
  ];
  return [...words, lateVideoOf(change) === null ? '' : 'lateVideo'].filter((word) => word !== '').join(' ');
}

describe('a job’s life', () => {
  test('is this matrix of states and events', async () => {
    const lines = Object.entries(events).flatMap(([eventName, event]) => [
      `${eventName}`,
      ...Object.entries(jobs).map(([jobName, job]) => `    ${jobName.padEnd(22)} ${cell(job, event)}`),
    ]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./life-matrix.txt');
  });

  const every = Object.entries(jobs).flatMap(([jobName, job]) =>
    Object.entries(events).map(([eventName, event]) => [jobName, eventName, job, event] as const),
  );

  test.each(every)('keeps its promises: %s, %s', (_jobName, _eventName, job, event) => {
    const change = advance(job, event, given);
    if (change === null) return;
    const { to } = change;
    expect(to.version).toBe(job.version + (change.moved ? 1 : 0));
    expect(change.moved || to.state === job.state).toBe(true);
    if (endStates.has(job.state)) expect(change.moved).toBe(lateVideoOf(change) !== null);
    expect(closesCharge(change)).toBe(endStates.has(to.state) && !endStates.has(job.state));
    expect(to.video !== null).toBe(to.state === 'COMPLETED');
    expect(to.failure !== null).toBe(to.state === 'FAILED');
    expect(to.finishedAt !== null).toBe(endStates.has(to.state));
    expect(to.priceCredits).toBe(job.priceCredits);
    if (to.submittedAt !== null) expect(to.pollUrl).not.toBeNull();
    if (!endStates.has(to.state)) expect(to.pollAt).not.toBeNull();
  });

  test.each([
    [10_000, 10_000],
    [given.pace.deadlineMs + 1, given.pace.deadlineMs],
    [undefined, given.pace.deadlineMs],
  ])('has its usual deadline, or an earlier one that comes with the acceptance: %s ms', (deadlineMs, expected) => {
    const submitting = sampleJob({ state: 'SUBMITTING', version: 2, pollAt: now });
    const acceptance = {
      type: 'accepted',
      requestId: 'r',
      pollUrl: 'u',
      poll: { type: 'seen', status: null },
    } as const;
    const event = deadlineMs === undefined ? acceptance : { ...acceptance, deadlineMs };
    const change = advance(submitting, event, given);
    expect(change?.to.deadlineAt).toBe(now + expected);
  });

  test('takes its estimate from earlier jobs, or from a provider that knows how long it takes', () => {
    const submitting = sampleJob({ state: 'SUBMITTING', version: 2, pollAt: now });
    const poll = { type: 'seen', status: null } as const;
    const acceptance = { type: 'accepted', requestId: 'r', pollUrl: 'u', poll } as const;
    expect(advance(submitting, acceptance, given)?.to.estimate).toBe(given.estimate);
    const known = advance(submitting, { ...acceptance, knownMs: 240_000 }, given);
    expect(known?.to.estimate).toEqual(knownEstimateOf(240));
  });

  test('says why and when it is sent again, if the provider did not take it', () => {
    const told = Object.entries(events).flatMap(([name, event]) => {
      const change = advance(sampleJob({ state: 'SUBMITTING', version: 2, pollAt: now }), event, {
        ...given,
        pace: { ...given.pace, resendLimit: 1 },
      });
      return change?.to.state === 'PENDING' ? [[name, change.message, (resendAt(change.to) ?? 0) - now]] : [];
    });
    expect(told).toEqual([
      ['notSent', 'The provider could not be reached. The gateway sends the job again.', 14_000],
      ['withheld', 'Waiting to be sent to the provider again.', 0],
      ['throttled', 'The provider limits requests and did not take the job yet. The gateway sends it again.', 30_000],
      ['serverError', 'The provider had a fault and did not take the job. The gateway sends it again.', 14_000],
    ]);
    for (const job of Object.values(jobs)) expect(resendAt(job)).toBe(null);
  });

  test('never submits twice: only PENDING becomes SUBMITTING, and SUBMITTING becomes PENDING only if nothing was accepted', () => {
    const back: string[] = [];
    for (const [, eventName, job, event] of every) {
      const to = advance(job, event, given)?.to;
      if (to?.state === 'SUBMITTING' && job.state !== 'SUBMITTING') expect(job.state).toBe('PENDING');
      if (job.state === 'SUBMITTING' && to?.state === 'PENDING') back.push(eventName);
    }
    expect(back).toEqual(['notSent', 'withheld', 'throttled']);
  });
});
