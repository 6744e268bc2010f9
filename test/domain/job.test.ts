import { expect, test } from 'vitest';
import { type Job, tellsTheSame } from '../../src/domain/job.ts';
import { advance } from '../../src/domain/life.ts';
import { events, given, jobs } from './life-cases.ts';
import { sampleJob } from './sample.ts';

// The names that an object has are those of its type.
const names = Object.keys(sampleJob()) as readonly (keyof Job)[];
/** How polling a job goes: clients see none of it. */
const unseen = ['faults', 'pollAt', 'polledAt'];

test('two readings of a job tell the same exactly where an event changed nothing but how polling it goes', () => {
  for (const job of Object.values(jobs)) {
    for (const event of Object.values(events)) {
      const to = advance(job, event, given)?.to ?? job;
      const told = names.filter((name) => !unseen.includes(name) && job[name] !== to[name]);
      expect([job.state, event.type, tellsTheSame(job, to)]).toEqual([job.state, event.type, told.length === 0]);
    }
  }
});
