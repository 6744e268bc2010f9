import fc from 'fast-check';
import type { LifeEvent } from '../../../src/domain/job.ts';
import {
  accepted,
  ana,
  bob,
  canceled,
  claimed,
  completed,
  deadline,
  failed,
  processing,
  unconfirmed,
} from './world.ts';

/** Every event of a job's life; which are possible depends on its state. */
export const lifeEvents: readonly LifeEvent[] = [
  claimed,
  accepted,
  { ...accepted, poll: completed },
  { ...accepted, poll: failed },
  { type: 'notSent' },
  { type: 'refused', failure: { code: 'PROVIDER_BAD_REQUEST', message: 'No.', httpStatus: 400 } },
  unconfirmed,
  processing,
  completed,
  failed,
  canceled,
  deadline,
  { type: 'fault' },
];

const user = fc.constantFrom(ana, bob, { ...ana, environment: 'LIVE' as const });

const key = fc.option(fc.constantFrom('k1', 'k2', 'k3'), { freq: 1 });

const number = fc.nat({ max: 30 });

// Possible events. Their numbers choose among the existing jobs, and among what can act to them.
const grants = fc.record({ type: fc.constant('grant'), user, key, credits: fc.integer({ min: -900, max: 900 }) });

const admissions = fc.record({
  type: fc.constant('admit'),
  user,
  key,
  price: fc.constantFrom(0, 67, 400),
  retryOf: fc.option(number, { freq: 1 }),
});

const events = fc.record({ type: fc.constant('event'), job: number, event: number });

const erasures = fc.record({ type: fc.constant('erase'), job: number });

/** Of any job, also of those that cannot be refunded. */
const refunds = fc.record({ type: fc.constant('refund'), job: number });

const copies = fc.record({ type: fc.constant('copy'), most: fc.nat({ max: 4 }) });

const claims = fc.record({
  type: fc.constant('claim'),
  most: fc.nat({ max: 4 }),
  environment: fc.constantFrom('LIVE', 'TEST'),
});

const action = fc.oneof(
  { weight: 1, arbitrary: grants },
  { weight: 3, arbitrary: admissions },
  { weight: 6, arbitrary: events },
  { weight: 1, arbitrary: claims },
  { weight: 2, arbitrary: erasures },
  { weight: 1, arbitrary: copies },
  { weight: 2, arbitrary: refunds },
);

/** Batches of actions that run at the same time. */
export const histories = fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), { minLength: 10, maxLength: 25 });

/** What one of them does. */
export type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;
