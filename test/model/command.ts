import fc from 'fast-check';
import type { Outcome } from './model.ts';

const owner = fc.constantFrom('ada', 'ada', 'ada', 'bob');

const key = fc.constantFrom(null, null, 'k1', 'k2', 'k3');

/** The index of an existing job, modulo their number. */
const job = fc.nat({ max: 5 });

/** An action of a user, an admin, the poller or the clock. */
export const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('generate'),
      owner,
      key,
      prompt: fc.constantFrom('a', 'a', 'a', 'b'),
      maxCredits: fc.constantFrom(null, null, 5, 50),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel'), owner, job }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('retry'), owner, job, key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('grant'),
      owner,
      key: fc.constantFrom(null, 'g1', 'g2'),
      credits: fc.constantFrom(-20, 15, 40),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('pass'), ms: fc.constantFrom(1, 7000, 25_000, 70_000) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('claim') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('conclude'),
      job,
      outcome: fc.constantFrom<Outcome>(
        'accepted',
        'accepted',
        'acceptedDone',
        'refused',
        'unconfirmed',
        'notSent',
        'completed',
        'failed',
      ),
    }),
  },
);

/** One of these commands. */
export type Command = typeof command extends fc.Arbitrary<infer Each> ? Each : never;
