import { expect, test } from 'vitest';
import { tellsTheSame } from '../../src/domain/job.ts';
import { sampleJob } from './sample.ts';

test('two readings of a job tell the same where only its looks differ', () => {
  const job = sampleJob();
  const names = Object.keys(job);
  const unseen = names.filter((name) => tellsTheSame(job, { ...job, [name]: Symbol(name) }));
  expect(unseen.toSorted()).toEqual(['faults', 'pollAt', 'polledAt']);
  expect(tellsTheSame(job, { ...job })).toBe(true);
});
