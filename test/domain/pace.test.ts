import { describe, expect, test } from 'vitest';
import { jobFailure } from '../../src/domain/failure-code.ts';
import type { JobState } from '../../src/domain/job.ts';
import { advance, dueEventOf } from '../../src/domain/life.ts';
import {
  latePollMs,
  lateWindowMs,
  missingGraceMs,
  pollLeaseMs,
  recordLifeMs,
  submitLeaseMs,
  submitWithinMs,
} from '../../src/domain/pace.ts';
import { accepted, events, given, jobs, now } from './life-cases.ts';
import { sampleJob } from './sample.ts';

describe('the clock of a job', () => {
  test('counts the deadline from createdAt until acceptance, then again from submittedAt', () => {
    const job = sampleJob({ state: 'SUBMITTING', version: 2, deadlineAt: now + 10 });
    const change = advance(
      job,
      { type: 'accepted', requestId: 'r', pollUrl: 'p', poll: { type: 'seen', status: 'QUEUED' } },
      given,
    );
    expect(change?.to).toMatchObject({ submittedAt: now, deadlineAt: now + given.pace.deadlineMs });
  });

  test('never schedules a poll after the deadline', () => {
    const job = sampleJob({ state: 'QUEUED', version: 3, ...accepted, deadlineAt: now + 500 });
    expect(advance(job, { type: 'seen', status: 'QUEUED' }, given)?.to.pollAt).toBe(now + 500);
    expect(advance(job, { type: 'fault' }, given)?.to.pollAt).toBe(now + 500);
  });

  test.each<[JobState, string]>([
    ['PENDING', 'deadline'],
    ['QUEUED', 'claimed'],
    ['PROCESSING', 'claimed'],
    ['SUBMITTING', 'claimed'],
    ['FAILED', 'claimed'],
  ])('gives a due %s job past its deadline the event %s', (state, type) => {
    expect(dueEventOf(sampleJob({ state, deadlineAt: now }), now).type).toBe(type);
    expect(dueEventOf(sampleJob({ state, deadlineAt: now + 1 }), now).type).toBe('claimed');
  });

  test('backs off after n faults by one interval and a random share of min(60 s, interval × 2ⁿ)', () => {
    const waits = [0, 1, 2, 3, 4, 5].map((faults) => {
      const job = sampleJob({ state: 'QUEUED', version: 3, ...accepted, faults });
      return [0, 0.999_999].map(
        (chance) => (advance(job, { type: 'fault' }, { ...given, chance })?.to.pollAt ?? 0) - now,
      );
    });
    expect(waits).toEqual([
      [7000, 21_000],
      [7000, 35_000],
      [7000, 63_000],
      [7000, 67_000],
      [7000, 67_000],
      [7000, 67_000],
    ]);
  });

  test('jitters an ordinary poll by a tenth either way', () => {
    const poll = (chance: number) =>
      advance(jobs['QUEUED'] ?? sampleJob(), { type: 'seen', status: 'QUEUED' }, { ...given, chance })?.to.pollAt;
    expect([poll(0), poll(0.5), poll(0.999_999)]).toEqual([now + 6300, now + 7000, now + 7700]);
  });

  test('treats an unknown request as a transient fault in the first minute, and then as the job’s end', () => {
    const job = sampleJob({ state: 'QUEUED', version: 3, ...accepted, submittedAt: now });
    const at = (elapsed: number) => advance(job, { type: 'missing' }, { ...given, now: now + elapsed })?.to;
    expect(at(missingGraceMs - 1)).toMatchObject({ state: 'QUEUED', faults: 1 });
    expect(at(missingGraceMs)).toMatchObject({ state: 'FAILED', failure: { code: 'PROVIDER_JOB_LOST' } });
  });

  describe('with a job that was given up after acceptance', () => {
    const job = sampleJob({
      state: 'FAILED',
      version: 5,
      ...accepted,
      submittedAt: 0,
      failure: jobFailure('DEADLINE_EXCEEDED'),
      finishedAt: 1,
    });
    const next = (type: 'seen' | 'fault', now: number) =>
      advance(job, type === 'seen' ? { type, status: null } : { type }, { ...given, now })?.to.pollAt;

    test('polls every minute until 55 minutes after submission', () => {
      expect(next('seen', lateWindowMs - latePollMs)).toBe(lateWindowMs);
      expect(next('seen', lateWindowMs - latePollMs + 1)).toBeNull();
    });

    test('polls on after a poll that failed, for as long as the record may exist', () => {
      expect(next('fault', lateWindowMs - latePollMs + 1)).toBe(lateWindowMs + 1);
      expect(next('fault', recordLifeMs - latePollMs)).toBe(recordLifeMs);
      expect(next('fault', recordLifeMs - latePollMs + 1)).toBeNull();
    });

    test('polls what was due, however late the claim comes', () => {
      const now = 5 * recordLifeMs;
      expect(advance(job, { type: 'claimed' }, { ...given, now })?.to.pollAt).toBe(now + pollLeaseMs);
    });
  });

  test.each([54.5 * 60_000, 5 * recordLifeMs])('polls a job that ended unseen once more, even %i ms on', (age) => {
    const job = sampleJob({ state: 'PROCESSING', version: 4, ...accepted, startedAt: 60_000, submittedAt: now - age });
    const ended = (unseen: boolean) => advance(job, { type: 'deadline', unseen }, given)?.to;
    expect(ended(true)).toMatchObject({ state: 'FAILED', polledAt: now, pollAt: now + latePollMs });
    expect(ended(false)).toMatchObject({ state: 'FAILED', polledAt: now, pollAt: null });
  });

  test('leaves time for a POST (10 s in all) within its lease, even if it starts as late as allowed', () => {
    expect(submitWithinMs + 10_000).toBeLessThan(submitLeaseMs);
  });

  test('sends a 500 again only as often as the operator allows', () => {
    const event = events['serverError'] ?? { type: 'fault' };
    const allowed = { ...given, pace: { ...given.pace, resendLimit: 2 } };
    const at = (resends: number) =>
      advance(sampleJob({ state: 'SUBMITTING', version: 2, resends }), event, allowed)?.to;
    expect(at(0)).toMatchObject({ state: 'PENDING', resends: 1 });
    expect(at(1)).toMatchObject({ state: 'PENDING', resends: 2 });
    expect(at(2)).toMatchObject({ state: 'FAILED', failure: { code: 'PROVIDER_UNAVAILABLE' } });
  });
});
