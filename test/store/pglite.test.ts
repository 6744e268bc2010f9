import { expect, test } from 'vitest';
import { admit, claimed, live, start, type TestDatabase } from './contract/world.ts';
import { describeWrongStates, filled } from './contract/wrong-state.ts';
import { describeWrongWebhooks, toldOfAll } from './contract/wrong-webhooks.ts';
import { describeStore } from './contract.ts';
import { openInPglite } from './pglite-world.ts';

describeStore('a store in PostgreSQL within the process', openInPglite);

let kept: Promise<TestDatabase> | null = null;

const openFilled = () => {
  kept ??= openInPglite().then(filled);
  return kept;
};

describeWrongStates('PostgreSQL', openFilled);

test('half a millisecond is rounded to a whole one, so that no fraction is ever stored', async () => {
  const { store, run } = await openFilled();
  await run("UPDATE jobs SET poll_at = 1.5 WHERE prompt = 'queued'");
  expect((await store.due('TEST', 1, 10)).nextAt).toBe(2);
});

// All of these share one database, which each opening empties: this one comes after the last test of the one before.
let told: Promise<TestDatabase> | null = null;

describeWrongWebhooks('PostgreSQL', () => {
  told ??= openInPglite().then(toldOfAll);
  return told;
});

test('a starting node leaves every SUBMITTING row to its lease, because another node may be sending it', async () => {
  const { store } = await openInPglite();
  const { job } = await admit(store);
  const sent = await live(store, job, [claimed]);
  expect(await store.recover(start, 7000, () => null)).toEqual([]);
  expect(await store.findJob(sent.id)).toEqual(sent);
});
