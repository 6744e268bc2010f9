import { expect, test } from 'vitest';
import { jobFailure } from '../../src/domain/failure-code.ts';
import { advance } from '../../src/domain/life.ts';
import type { Log, LogFields } from '../../src/ports.ts';
import { reportChange } from '../../src/worker/report.ts';
import { accepted, given } from '../domain/life-cases.ts';
import { sampleJob } from '../domain/sample.ts';

const running = sampleJob({
  state: 'PROCESSING',
  version: 4,
  ...accepted,
  startedAt: 60_000,
  outputMissingSince: 0,
  providerMessage: 'Try later',
  providerHttpStatus: 503,
});

function linesOf(event: Parameters<typeof advance>[1], job = running): LogFields[] {
  const lines: LogFields[] = [];
  const take = (fields: LogFields): void => {
    lines.push(fields);
  };
  const log: Log = { debug: take, info: take, warn: take, error: take };
  const change = advance(job, event, given);
  if (change !== null) reportChange(change, log);
  return lines;
}

test.each([
  ['PROVIDER_BAD_OUTPUT', { type: 'failed', failure: jobFailure('PROVIDER_BAD_OUTPUT') }],
  ['PROVIDER_JOB_LOST', { type: 'failed', failure: jobFailure('PROVIDER_JOB_LOST', 404) }],
  ['DEADLINE_EXCEEDED', { type: 'deadline', unseen: false }],
] as const)('an accepted job that ends as %s leaves one line, with the provider’s words', (failure, event) => {
  expect(linesOf(event)).toMatchObject([
    { event: 'without-result', failure, providerMessage: 'Try later', providerHttpStatus: 503 },
  ]);
});

test('neither a generation that failed nor a job that was never sent counts as one without a result', () => {
  const others = [
    ...linesOf({ type: 'failed', failure: jobFailure('GENERATION_FAILED') }),
    ...linesOf({ type: 'deadline', unseen: false }, sampleJob()),
  ];
  expect(others).toHaveLength(2);
  expect(others.map(({ event }) => event)).toEqual([undefined, undefined]);
});

test('a late video leaves its own line', () => {
  const given_ = advance(running, { type: 'deadline', unseen: false }, given)?.to ?? running;
  const video = { url: 'https://images.segmind.com/x.mp4', contentType: 'video/mp4', expiresAt: null };
  expect(linesOf({ type: 'completed', video }, given_)).toMatchObject([{ event: 'late-video' }]);
});
