import { expect, test } from 'vitest';
import type { TestDatabase } from './contract/world.ts';
import { describeWrongStates, filled } from './contract/wrong-state.ts';
import { describeStore } from './contract.ts';
import { openInPglite } from './pglite-world.ts';

describeStore('a store in PostgreSQL within the process', openInPglite, 'shared');

let kept: Promise<TestDatabase> | null = null;
const openFilled = () => {
  kept ??= openInPglite().then(filled);
  return kept;
};

// PostgreSQL rounds what is put into a column of whole numbers.
const rounded = new Set(['half a credit', 'half a millisecond']);
describeWrongStates('PostgreSQL', openFilled, rounded);

test('half a millisecond becomes a whole one, so that no fraction is ever stored', async () => {
  const { store, run } = await openFilled();
  await run("UPDATE jobs SET poll_at = 1.5 WHERE prompt = 'queued'");
  expect((await store.due('TEST', 1, 10)).nextAt).toBe(2);
});
