import { describe, expect, test } from 'vitest';
import { jobFailure } from '../../src/domain/failure-code.ts';
import type { Job, Video } from '../../src/domain/job.ts';
import { advanceBy, type Outcome } from '../../src/domain/outcome.ts';
import type { ProviderDetails } from '../../src/domain/provider-response.ts';
import { accepted, given, now } from './life-cases.ts';
import { sampleJob } from './sample.ts';

const video: Video = { url: 'https://images.segmind.com/x.mp4', contentType: 'video/mp4', expiresAt: null };

const silent: ProviderDetails = {
  seedUsed: null,
  providerCost: null,
  providerMessage: null,
  providerHttpStatus: null,
  unknownWord: null,
  videoBeside: null,
  videos: 0,
};

const processing = sampleJob({ state: 'PROCESSING', version: 4, ...accepted, startedAt: 60_000 });

const withoutOutput: Outcome['event'] = { type: 'failed', failure: jobFailure('PROVIDER_BAD_OUTPUT') };

/** What answers make of a job, one after the other, each begun and come at a time. */
function answered(job: Job, answers: readonly (Partial<Outcome> & { at?: number; askedAt?: number })[]): Job {
  return answers.reduce((current, { at = now, askedAt = at, ...answer }) => {
    const whole: Outcome = { event: { type: 'seen', status: null }, details: undefined, ...answer, askedAt };
    return advanceBy(current, whole, { ...given, now: at })?.to ?? current;
  }, job);
}

describe('a job that the provider calls finished without showing a video', () => {
  test('is polled for 60 s more, and only then has failed', () => {
    const watched = answered(processing, [{ event: withoutOutput }, { event: withoutOutput, at: now + 59_999 }]);
    expect(watched).toMatchObject({ state: 'PROCESSING', outputMissingSince: now, failure: null });
    const ended = answered(watched, [{ event: withoutOutput, at: now + 60_000 }]);
    expect(ended).toMatchObject({
      state: 'FAILED',
      failure: { code: 'PROVIDER_BAD_OUTPUT' },
      outputMissingSince: null,
    });
  });

  test('goes on where its response was asked for within the 60 s, however late a suspended node reads it', () => {
    const late = { event: withoutOutput, askedAt: now + 20_000, at: now + 90_000 };
    expect(answered(processing, [{ event: withoutOutput }, late]).state).toBe('PROCESSING');
  });

  test('completes where the output comes meanwhile', () => {
    const found = answered(processing, [
      { event: withoutOutput },
      { event: { type: 'completed', video }, at: now + 30_000 },
    ]);
    expect(found).toMatchObject({ state: 'COMPLETED', video, outputMissingSince: null });
  });

  test('is watched anew where it was seen running in between, but not after a fault', () => {
    const fault: Outcome['event'] = { type: 'fault' };
    const last = { event: withoutOutput, at: now + 70_000 };
    expect(answered(processing, [{ event: withoutOutput }, { event: fault }, last]).state).toBe('FAILED');
    expect(answered(processing, [{ event: withoutOutput }, {}, last])).toMatchObject({
      state: 'PROCESSING',
      outputMissingSince: now + 70_000,
    });
  });
});

describe('a usable video beside a word that nobody knows', () => {
  const beside = { details: { ...silent, unknownWord: 'BAKED', videoBeside: video, seedUsed: 7 } };

  test('completes the job at the second poll in a row that shows it', () => {
    const once = answered(processing, [beside]);
    expect(once).toMatchObject({ state: 'PROCESSING', unknownVideo: true, seedUsed: 7 });
    expect(once.providerMessage).toContain('BAKED');
    expect(answered(once, [beside])).toMatchObject({ state: 'COMPLETED', video, unknownVideo: false, seedUsed: 7 });
  });

  test('completes the job at the one poll after its deadline', () => {
    const at = processing.deadlineAt;
    expect(answered(processing, [{ ...beside, at }])).toMatchObject({ state: 'COMPLETED', video });
  });

  test('counts anew after a poll without it, but a poll that was not answered changes nothing', () => {
    expect(answered(processing, [beside, {}, beside]).state).toBe('PROCESSING');
    expect(answered(processing, [beside, { event: { type: 'fault' } }, beside]).state).toBe('COMPLETED');
  });
});

test('a usable video beside such a word is the late video of a job that was given up, at once', () => {
  const given_ = answered({ ...processing, deadlineAt: now }, [{}]);
  const found = answered(given_, [{ details: { ...silent, unknownWord: 'BAKED', videoBeside: video } }]);
  expect(found).toMatchObject({ state: 'FAILED', lateVideo: video, version: given_.version + 1 });
});

describe('a job past its deadline', () => {
  const late = { ...processing, deadlineAt: now };

  test.each<Outcome['event']>([{ type: 'seen', status: 'PROCESSING' }, { type: 'fault' }, withoutOutput])(
    'ends by a poll that was begun afterwards and brings no end: %j',
    (event) => {
      expect(answered(late, [{ event }])).toMatchObject({ state: 'FAILED', failure: { code: 'DEADLINE_EXCEEDED' } });
      expect(answered(late, [{ event, askedAt: now - 1 }])).toMatchObject({ state: 'PROCESSING', pollAt: now });
    },
  );

  test('is polled once more where that poll failed shortly before the late polls end, and then has its late video', () => {
    const at = (processing.submittedAt ?? 0) + 54.5 * 60_000;
    const unseen = answered(late, [{ event: { type: 'fault' }, at }]);
    expect(unseen).toMatchObject({ state: 'FAILED', polledAt: at, pollAt: at + 60_000, lateVideo: null });
    const found = answered(unseen, [{ event: { type: 'completed', video }, at: at + 60_000 }]);
    expect(found).toMatchObject({ state: 'FAILED', lateVideo: video, pollAt: null });
    expect(answered(late, [{ at }])).toMatchObject({ state: 'FAILED', polledAt: at, pollAt: null });
  });

  test('completes where that poll finds its video', () => {
    expect(answered(late, [{ event: { type: 'completed', video }, at: now + 3_600_000 }]).state).toBe('COMPLETED');
  });
});

test('polls that failed are counted for the life of a job, also where a good one follows, and in a late poll', () => {
  const fault = { event: { type: 'fault' } } as const;
  const polled = answered(processing, [fault, fault, {}]);
  expect(polled).toMatchObject({ faults: 0, failedPolls: 2, version: processing.version });
  expect(answered(polled, [fault])).toMatchObject({ faults: 1, failedPolls: 3 });
  expect(answered(polled, [fault, { event: { type: 'completed', video } }])).toMatchObject({ failedPolls: 3 });
  const late = answered({ ...polled, deadlineAt: now }, [fault]);
  expect(late).toMatchObject({ state: 'FAILED', failedPolls: 3 });
  expect(answered(late, [fault, { event: { type: 'completed', video } }])).toMatchObject({
    lateVideo: video,
    failedPolls: 4,
  });
});

describe('the provider’s words', () => {
  const refusal = { ...silent, providerMessage: 'Out of GPUs', providerHttpStatus: 503 };
  const said = { providerMessage: 'Out of GPUs', providerHttpStatus: 503 };

  test('stay with the failure that they came with, whatever later polls say', () => {
    const failed: Outcome = {
      event: { type: 'failed', failure: jobFailure('GENERATION_FAILED') },
      details: refusal,
      askedAt: now,
    };
    expect(answered(processing, [failed])).toMatchObject({ state: 'FAILED', ...said });
    const given_ = { ...answered({ ...processing, deadlineAt: now }, [{ event: { type: 'fault' } }]), ...said };
    const found = answered(given_, [
      { event: { type: 'completed', video }, details: { ...silent, seedUsed: 9, providerCost: 0.5 } },
    ]);
    expect(found).toMatchObject({ lateVideo: video, seedUsed: 9, providerCost: 0.5, ...said });
  });

  test('go where a newer answer has none, and stay after a poll that was not answered', () => {
    const told = { ...processing, ...said };
    expect(answered(told, [{ event: { type: 'fault' } }])).toMatchObject(said);
    expect(answered(told, [{}])).toMatchObject({ providerMessage: null, providerHttpStatus: null });
  });
});
