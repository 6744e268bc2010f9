import { describe, expect, test } from 'vitest';
import { admit, bob, canceled, grantOf, keyOf, live, lives, type OpenDatabase, type TestDatabase } from './world.ts';
import { wrongAccounts } from './wrong-accounts.ts';
import { wrongCopies } from './wrong-copies.ts';
import { wrongJobs } from './wrong-jobs.ts';

/** A description, the statements that attempt the wrong state in one transaction, and the constraint or guard that must refuse them. */
export type WrongState = readonly [what: string, statements: string, refusedBy: string | RegExp];

/** Fills a database with a job in every state; the prompts name the states. */
export async function filled(database: TestDatabase): Promise<TestDatabase> {
  const { store } = database;
  await store.grant(grantOf({ idempotencyKey: 'g1' }));
  await store.createApiKey(keyOf());
  for (const [life, events] of Object.entries(lives)) {
    const input = { prompt: life, aspectRatio: 'SQUARE_1_1', seed: 1, externalId: null } as const;
    const { job } = await admit(store, { input });
    await live(store, job, events);
  }
  const { job } = await admit(store, { account: bob });
  await live(store, job, [canceled]);
  return database;
}

/** Attempts each wrong state past the store, in a filled database. One database serves all, because a refused attempt changes nothing. */
export function describeWrongStates(name: string, openFilled: OpenDatabase): void {
  describe.each(Object.entries({ jobs: wrongJobs, ...wrongCopies, ...wrongAccounts }))(
    `${name} refuses among its %s`,
    (_, states) => {
      test.each(states)('%s', async (_what, statements, refusedBy) => {
        const { run } = await openFilled();
        await expect(run(statements)).rejects.toThrow(refusedBy);
      });
    },
  );
}
