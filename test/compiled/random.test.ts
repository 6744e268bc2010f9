import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operationsOf } from './random.ts';
import { admin, type Executors, openExecutors } from './world.ts';

const roots = [null, 'jobUpdated', 'accountUpdated', 'jobEvents'] as const;

/** An event of each subscription, by its field. */
async function eventsOf({ eventsOf, ids }: Executors): Promise<Record<string, readonly unknown[]>> {
  const feedStart = Buffer.from('feed:TEST:ada:0').toString('base64url');
  return {
    jobUpdated: await eventsOf({ query: `subscription { jobUpdated(id: "${ids.job}") { id } }` }, 1),
    accountUpdated: await eventsOf({ query: 'subscription { accountUpdated { id } }' }, 1),
    jobEvents: await eventsOf({ query: `subscription { jobEvents(after: "${feedStart}") { __typename } }` }, 25),
  };
}

test('random operations are executed the same, for every viewer', async () => {
  const executors = await openExecutors();
  const { schema, ids, isValid, both, enter } = executors;
  const ada = await enter(admin);
  const bob = await enter({ ...admin, userId: 'bob' });
  const events = await eventsOf(executors);
  let [programs, withErrors] = [0, 0];
  const cases = fc.constantFrom(...roots).chain((field) =>
    fc.record({
      field: fc.constant(field),
      query: operationsOf(schema, field),
      variables: fc.record({
        job: fc.constantFrom(ids.job, ids.theirs, ids.none),
        ids: fc.constant([ids.job, ids.none, ids.job]),
        two: fc.constantFrom(2, 1, null),
        after: fc.constantFrom(null, 'nonsense'),
        x: fc.boolean(),
      }),
      viewer: fc.constantFrom(ada, { ...ada, roles: [] }, bob),
      event: fc.nat(24),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ field, query, variables, viewer, event }) => {
      fc.pre(isValid(query));
      const list = field === null ? [] : (events[field] ?? []);
      const root = list[event % Math.max(1, list.length)];
      const results = await both({ query, variables, root }, viewer);
      expect(results.compiled).toBe(results.plain);
      if (results.isCompiled) programs += 1;
      if (results.plain.includes('"errors":')) withErrors += 1;
    }),
    { numRuns: 400 },
  );
  // Without some of each kind this comparison would prove little.
  expect(programs).toBeGreaterThan(150);
  expect(withErrors).toBeGreaterThan(20);
}, 180_000);
