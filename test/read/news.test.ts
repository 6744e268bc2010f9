import { expect, test } from 'vitest';
import { erase } from '../../src/domain/erasure.ts';
import type { Job } from '../../src/domain/job.ts';
import { advance } from '../../src/domain/life.ts';
import { newsOf } from '../../src/read/watch.ts';
import { events, given, jobs } from '../domain/life-cases.ts';
import { sampleJob } from '../domain/sample.ts';

// An event object has exactly the names of its type.
const names = Object.keys(sampleJob()) as readonly (keyof Job)[];

/** How polling a job goes: clients see none of it. */
const unseen = ['faults', 'pollAt', 'polledAt', 'outputMissingSince'];

test('an event is news of a job’s state exactly if it changes more than its polling', () => {
  for (const job of Object.values(jobs)) {
    for (const event of Object.values(events)) {
      const to = advance(job, event, given)?.to ?? job;
      const changed = names.filter((name) => !unseen.includes(name) && job[name] !== to[name]);
      expect([job.state, event.type, newsOf(to, job) === 'state']).toEqual([job.state, event.type, changed.length > 0]);
    }
  }
});

test('the newer row has the higher version, or the later poll; a finished job is not polled further', () => {
  const job = sampleJob({ state: 'PROCESSING', version: 4, polledAt: 7 });
  expect(newsOf(job, null)).toBe('state');
  expect(newsOf({ ...job, version: 5, polledAt: 1 }, job)).toBe('state');
  expect(newsOf({ ...job, polledAt: 8 }, job)).toBe('progress');
  expect(newsOf(job, { ...job, polledAt: null })).toBe('progress');
  expect(newsOf(job, job)).toBeNull();
  expect(newsOf({ ...job, polledAt: 6 }, job)).toBeNull();
  expect(newsOf({ ...job, version: 3, polledAt: 8 }, job)).toBeNull();
  const ended = sampleJob({ state: 'CANCELED', version: 5, polledAt: 7 });
  expect(newsOf({ ...ended, polledAt: 8 }, ended)).toBeNull();
});

test('a copy in a later state is news, and an earlier one never is; so is the deletion of a job', () => {
  const ended = sampleJob({ state: 'COMPLETED', version: 5 });
  const states = ['NONE', 'WAITING', 'STORED', 'GONE'] as const;
  const rows = states.map((state) => ({ ...ended, copy: { ...ended.copy, state } }));
  for (const [index, row] of rows.entries()) {
    const news = rows.map((known) => newsOf(row, known));
    expect(news).toEqual(rows.map((_, known) => (index > known ? 'state' : null)));
  }
  const deleted = erase(ended, 9)?.to ?? ended;
  expect(rows.map((known) => newsOf(deleted, known))).toEqual(['state', 'state', 'state', 'state']);
  expect(rows.map((stale) => newsOf(stale, deleted))).toEqual([null, null, null, null]);
});
