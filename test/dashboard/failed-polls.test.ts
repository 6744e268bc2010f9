import { describe, expect, it } from 'vitest';
import { failedPollsOf } from '../../dashboard/src/failed-polls.ts';

const queued = [{ status: 'PENDING' }, { status: 'PENDING' }, { status: 'QUEUED' }] as const;

describe('the history of a job', () => {
  it('says nothing of polls where all were answered', () => {
    expect(failedPollsOf({ status: 'QUEUED', failedPolls: 0, failure: null }, queued)).toBe(null);
  });

  it('has the failed polls of a running job last', () => {
    const polls = failedPollsOf({ status: 'QUEUED', failedPolls: 1, failure: null }, queued);
    expect(polls).toEqual({ text: '1 poll failed so far; the gateway polls on.', before: 3 });
  });

  it('has them before the end that an answer brought, also once the job was deleted', () => {
    const steps = [...queued, { status: 'COMPLETED' }, { status: 'COMPLETED' }] as const;
    const polls = failedPollsOf({ status: 'COMPLETED', failedPolls: 3, failure: null }, steps);
    expect(polls).toEqual({ text: '3 polls failed; a later one brought an answer.', before: 3 });
    const failed = { status: 'FAILED', failedPolls: 2, failure: { code: 'GENERATION_FAILED' } } as const;
    expect(failedPollsOf(failed, [...queued, { status: 'FAILED' }])?.before).toBe(3);
  });

  it('promises no answer where the gateway gave up', () => {
    const given = { status: 'FAILED', failedPolls: 9, failure: { code: 'DEADLINE_EXCEEDED' } } as const;
    expect(failedPollsOf(given, [...queued, { status: 'FAILED' }])).toEqual({ text: '9 polls failed.', before: 4 });
  });
});
