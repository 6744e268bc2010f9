import { expect, test } from 'vitest';
import { advance } from '../../src/domain/life.ts';
import { admit, ana, circumstances, claimed, live, start } from './contract/world.ts';
import { describeWrongStates, filled } from './contract/wrong-state.ts';
import { describeWrongWebhooks, toldOfAll } from './contract/wrong-webhooks.ts';
import { describeStore } from './contract.ts';
import { openInMemory, openOnDisk } from './sqlite-world.ts';

describeStore('a store in an SQLite file', openOnDisk);

describeStore('a store in memory', openInMemory);

describeWrongStates('SQLite', async () => filled(await openInMemory()));

describeWrongWebhooks('SQLite', async () => toldOfAll(await openInMemory()));

test.each(["UPDATE jobs SET poll_at = 1.5 WHERE prompt = 'queued'", 'UPDATE accounts SET held = 0.5'])(
  'no fraction is ever stored: %s is refused',
  async (statement) => {
    const { run } = await filled(await openInMemory());
    await expect(run(statement)).rejects.toThrow(/cannot store/);
  },
);

test('the process that owns the database ends every SUBMITTING row when it starts, due or not', async () => {
  const { store } = await openInMemory();
  for (const environment of ['TEST', 'LIVE'] as const) {
    const { job } = await admit(store, { account: { ...ana, environment } });
    await live(store, job, [claimed]);
  }
  const ended = await store.recover(start, 7000, (job) => advance(job, claimed, circumstances(start)));
  expect(ended.map(({ to }) => [to.environment, to.failure?.code])).toEqual([
    ['LIVE', 'SUBMISSION_UNCONFIRMED'],
    ['TEST', 'SUBMISSION_UNCONFIRMED'],
  ]);
  expect((await store.losses('TEST')).unconfirmed).toBe(1);
});
