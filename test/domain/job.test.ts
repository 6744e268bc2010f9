import { expect, test } from 'vitest';
import { isEnded, type Job, rescheduled, tellsTheSame } from '../../src/domain/job.ts';
import { advance } from '../../src/domain/life.ts';
import { jobOf, rowOf } from '../../src/store/rows.ts';
import { events, given, jobs } from './life-cases.ts';
import { sampleJob } from './sample.ts';

// The names that an object has are those of its type.
const names = Object.keys(sampleJob()) as readonly (keyof Job)[];
/** How looking at a job goes: what is not part of what is told of it. */
const unseen = ['faults', 'pollAt', 'polledAt'];

test('two readings of a job that has ended tell the same where only its looks differ', () => {
  for (const job of Object.values(jobs).filter(isEnded)) {
    const same = names.filter((name) => tellsTheSame(job, { ...job, [name]: Symbol(name) }));
    expect(same.toSorted()).toEqual(unseen);
    expect(tellsTheSame(job, { ...job })).toBe(true);
  }
});

test('while a job runs, no event changes what is told of it and leaves its version', () => {
  for (const job of Object.values(jobs)) {
    for (const event of Object.values(events)) {
      const to = advance(job, event, given)?.to ?? job;
      const told = names.filter((name) => !unseen.includes(name) && job[name] !== to[name]);
      expect([job.state, event.type, tellsTheSame(job, to)]).toEqual([job.state, event.type, told.length === 0]);
    }
  }
});

test('a job that is looked at otherwise is the same but for that, and is made like one that is read', () => {
  const looking = { faults: 3, pollAt: 4, polledAt: 5 };
  for (const job of Object.values(jobs)) {
    const other = rescheduled(job, looking);
    expect(other).toEqual({ ...job, ...looking });
    expect(rescheduled(job, job)).toEqual(job);
    expect(Object.keys(other)).toEqual(Object.keys(jobOf({ ...rowOf(job), number: 1, tokenId: null })));
  }
});
