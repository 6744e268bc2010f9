import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import type { Store } from '../../src/ports.ts';
import { erased } from './contract/erasure.ts';
import { all, endpoint, ok, settle } from './contract/webhook-world.ts';
import { admit, canceled, changeOf, live, lives, start } from './contract/world.ts';
import { newFolder, openAt } from './sqlite-world.ts';

// Long enough for pages of its own beside the row, which SQLite frees when the text goes.
const secret = 'Annas-Sommerfest-'.repeat(110);

const words = 'Annas-Sommerfest';

const input = { prompt: secret, aspectRatio: 'SQUARE_1_1', seed: 7, externalId: `${words}-7` } as const;

/** How often the words are in a database's file and in its log. */
function foundIn(file: string): readonly [inFile: boolean, inLog: boolean] {
  const has = (path: string) => readFileSync(path).includes(words);
  return [has(file), has(`${file}-wal`)];
}

/** A job whose provider quoted its prompt in everything that it said. */
async function failing(store: Store, account = { owner: 'ana', environment: 'TEST' } as const): Promise<Change['to']> {
  const { job } = await admit(store, { input, account });
  const named = { type: 'accepted', requestId: `${words}-1`, pollUrl: `https://p.example/${words}` } as const;
  const running = await live(store, job, [{ type: 'claimed' }, { ...named, poll: { type: 'seen', status: 'QUEUED' } }]);
  const failure = { code: 'CONTENT_REJECTED', message: `Not ${words}.`, httpStatus: 400 } as const;
  const change = changeOf(running, { type: 'failed', failure });
  const said = { ...change, to: { ...change.to, providerMessage: `Not ${words}, please.` } };
  expect(await store.commit(said, start)).toBe(true);
  return said.to;
}

test('what a deleted job said is in no table, in no free page of the file and, after the next checkpoint, not in the log', async () => {
  const file = join(newFolder(), 'store.db');
  const { store, sqlite } = openAt(file);
  const job = await failing(store);
  const { job: completing } = await admit(store, { input });
  const completed = await live(store, completing, lives.queued);
  const video = { url: `https://v.example/${words}.mp4`, contentType: 'video/mp4', expiresAt: null };
  const ending = changeOf(completed, { type: 'completed', video });
  expect(await store.commit(ending, start)).toBe(true);
  await store.checkpoint();
  expect(foundIn(file)).toEqual([true, false]);

  for (const each of [job, ending.to]) await erased(store, each);
  await store.checkpoint();
  expect(foundIn(file)).toEqual([false, false]);
  expect(statSync(`${file}-wal`).size).toBe(0);
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
});

test('a checkpoint that another process delays is made up for by the next', async () => {
  const file = join(newFolder(), 'store.db');
  const { store } = openAt(file);
  const job = await failing(store);
  const other = new Database(file, { readonly: true });
  other.exec('BEGIN');
  other.prepare('SELECT count(*) FROM jobs').get();
  await erased(store, job);
  await store.checkpoint();
  expect(foundIn(file)[1]).toBe(true);
  other.exec('COMMIT');
  other.close();
  await store.checkpoint();
  expect(foundIn(file)).toEqual([false, false]);
});

test('neither the bodies of its webhooks nor what receivers answered is left in the file', async () => {
  const file = join(newFolder(), 'store.db');
  const { store, sqlite } = openAt(file);
  const mine = await endpoint(store);
  const { job } = await admit(store, { input });
  const ended = await live(store, job, [canceled]);
  const [claimed] = await store.claimWebhooks(all, start + 60_000);
  if (claimed === undefined) throw new Error('Nothing was due');
  expect(claimed.delivery.payload).toContain(secret);
  await settle(store, claimed, { ...ok, response: `{"received":"${secret}"}` });
  await store.checkpoint();
  expect(foundIn(file)).toEqual([true, false]);

  await erased(store, ended);
  await store.checkpoint();
  expect(foundIn(file)).toEqual([false, false]);
  expect(await store.findWebhookDelivery(claimed.delivery.id)).toMatchObject({
    endpointId: mine.id,
    state: 'DELIVERED',
    attempts: [{ httpStatus: 200, response: null }],
  });
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
});
