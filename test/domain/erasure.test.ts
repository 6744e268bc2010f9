import { describe, expect, test } from 'vitest';
import { erase, isErasure } from '../../src/domain/erasure.ts';
import { jobFailure } from '../../src/domain/failure-code.ts';
import { endStates } from '../../src/domain/job.ts';
import { advance } from '../../src/domain/life.ts';
import { events, given, jobs } from './life-cases.ts';
import { sampleJob } from './sample.ts';

const every = Object.entries(jobs);

describe('the deletion of a job', () => {
  test.each(every)('is possible exactly if it has ended: %s', (_, job) => {
    const change = erase(job, 5);
    expect(change !== null).toBe(endStates.has(job.state));
    if (change === null) return;
    const { to } = change;
    expect(isErasure(change)).toBe(true);
    expect(change.moved).toBe(true);
    expect(to).toMatchObject({ state: job.state, version: job.version + 1, deletedAt: 5, pollAt: null });
    expect([to.video === null, to.lateVideo === null]).toEqual([job.video === null, job.lateVideo === null]);
    expect(to.failure?.code).toBe(job.failure?.code);
    expect(erase(to, 6)).toBeNull();
  });

  test('leaves nothing of what was asked for and said', () => {
    const secret = 'Annas Sommerfest';
    const video = { url: `https://v.example/${secret}.mp4`, contentType: 'video/mp4', expiresAt: 9 };
    const job = sampleJob({
      state: 'FAILED',
      prompt: secret,
      externalId: secret,
      requestId: secret,
      pollUrl: secret,
      lateVideo: video,
      failure: jobFailure('GENERATION_FAILED', 500, secret),
      providerMessage: secret,
      submittedAt: 1,
      finishedAt: 2,
    });
    const change = erase(job, 5);
    expect(JSON.stringify([change?.to, change?.message])).not.toContain(secret);
    expect(change?.to).toMatchObject({ lateVideo: { url: '', contentType: 'video/mp4' }, createdAt: job.createdAt });
  });

  test.each(every)('is final: no event means anything afterwards: %s', (_, job) => {
    const deleted = erase(job, 5)?.to;
    if (deleted === undefined) return;
    for (const event of Object.values(events)) expect(advance(deleted, event, given)).toBeNull();
  });
});
