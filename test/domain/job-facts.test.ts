import { expect, test } from 'vitest';
import { idOf } from '../../schema/id.ts';
import { newJobOf } from '../../src/adapter/store/shared/new-job.ts';
import { jobIdOf } from '../../src/domain/global-id.ts';
import { endFactsOf, jobFactsOf } from '../../src/domain/job-facts.ts';
import { reportChange } from '../../src/worker/report.ts';
import { accepted, admissionOf, canceled, changeOf, claimed, completed, start } from '../store/contract/world.ts';

const job = newJobOf(
  admissionOf({ input: { prompt: 'A secret boat', aspectRatio: 'SQUARE_1_1', seed: 7, externalId: 'x1' } }),
  { id: 'a1', owner: 'ana', environment: 'TEST', balance: 1000, held: 0, feed: 0 },
);

test('a line about a job has its id as the API shows it, its user and the provider’s id', () => {
  expect(jobIdOf(job.id)).toBe(idOf('Job', job.id));
  expect(jobFactsOf(job)).toEqual({ jobId: idOf('Job', job.id), userId: 'ana', environment: 'TEST', requestId: null });
});

test('one line tells a whole job at its end, without its prompt', () => {
  const sent = changeOf(job, claimed, start + 500).to;
  const queued = changeOf(sent, accepted, start + 1000).to;
  const change = changeOf(queued, completed, start + 61_000);
  const lines: { level: string; fields: object; message: string }[] = [];
  const keep = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  const log = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  reportChange(change, log, 9);
  expect(lines).toHaveLength(1);
  const [line] = lines;
  expect(line).toMatchObject({
    level: 'info',
    message: 'A job ended.',
    fields: {
      jobId: idOf('Job', job.id),
      userId: 'ana',
      requestId: queued.requestId,
      status: 'COMPLETED',
      queueSeconds: 1,
      providerSeconds: 60,
      totalSeconds: 61,
      nodePolls: 9,
      credits: 67,
      charge: 'CAPTURED',
    },
  });
  expect(JSON.stringify(line)).not.toMatch(/boat|x1/);
});

test('a job that was never accepted has waited until its end', () => {
  const { to } = changeOf(job, canceled, start + 2000);
  expect(endFactsOf(to)).toMatchObject({ status: 'CANCELED', queueSeconds: 2, totalSeconds: 2, charge: 'RELEASED' });
  expect(endFactsOf(to)['providerSeconds']).toBeUndefined();
});
