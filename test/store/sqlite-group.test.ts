import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGroupCommit } from '../../src/adapter/store/sqlite/engine/group-commit.ts';
import { createTransact } from '../../src/adapter/store/sqlite/engine/transaction.ts';
import { admissionOf, admit, ana, anyJob, changeOf, claimed, first, grantOf, start } from './contract/world.ts';
import { newFolder, openAt, openInMemory } from './sqlite-world.ts';

/** A small table in a group commit of its own; the test ends its turns by hand. */
function openGroup() {
  const sqlite = new Database(':memory:');
  onTestFinished(() => void sqlite.close());
  sqlite.exec('CREATE TABLE parents (id INTEGER PRIMARY KEY)');
  sqlite.exec('CREATE TABLE notes (text TEXT NOT NULL UNIQUE, parent INTEGER REFERENCES parents (id))');
  const turns: (() => void)[] = [];
  const started: unknown[] = [];
  const transact = createTransact(sqlite);
  const counted: typeof transact = (body) => {
    started.push(body);
    return transact(body);
  };
  const group = createGroupCommit(sqlite, counted, (turn) => void turns.push(turn));
  const insert = sqlite.prepare('INSERT INTO notes (text, parent) VALUES (?, ?)');
  return {
    sqlite,
    group,
    turns,
    transactions: () => started.length,
    note: (text: string, parent: number | null = null) =>
      group.write(() => {
        insert.run(text, parent);
        return text;
      }),
    endTurn: () => turns.shift()?.(),
    notes: () => sqlite.prepare('SELECT text FROM notes ORDER BY rowid').pluck().all(),
  };
}

const outcomesOf = async (promises: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map((each) =>
    each.status === 'fulfilled' ? 'done' : String((each.reason as Error).message),
  );

describe('writes of one turn', () => {
  test('share one transaction', async () => {
    const { note, endTurn, notes, transactions } = openGroup();
    const all = ['one', 'two', 'three'].map((text) => note(text));
    endTurn();
    expect(await Promise.all(all)).toEqual(['one', 'two', 'three']);
    expect([notes(), transactions()]).toEqual([['one', 'two', 'three'], 1]);
  });

  test('run in the order of their calls, and fulfil when they are on disk', async () => {
    const file = join(newFolder(), 'store.db');
    const { store } = openAt(file);
    const { account } = await admit(store);
    const beside = new Database(file, { readonly: true });
    onTestFinished(() => void beside.close());
    const count = beside.prepare('SELECT count(*) FROM jobs').pluck();

    const admissions = Array.from({ length: 9 }, () => admissionOf());
    const seen = await Promise.all(admissions.map((each) => store.admit(each).then(() => count.get())));
    expect(seen).toEqual(Array.from({ length: 9 }, () => 10));
    const { items } = await store.listJobs(account.id, anyJob, first(20));
    expect(items.slice(0, 9).map(({ id }) => id)).toEqual(admissions.map(({ id }) => id).toReversed());
  });

  test('see the writes before them: of two with one key one is a replay, of two changes one wins', async () => {
    const { store } = await openInMemory();
    const { job } = await admit(store);
    const [one, other] = await Promise.all([
      store.admit(admissionOf({ idempotencyKey: 'k' })),
      store.admit(admissionOf({ idempotencyKey: 'k' })),
    ]);
    expect([one, other]).toMatchObject([{ replayed: false }, { replayed: true }]);
    const change = changeOf(job, claimed);
    expect(await Promise.all([store.commit(change, start), store.commit(change, start)])).toEqual([true, false]);
  });

  test('do not undo each other: only one that throws has no effect', async () => {
    const { store } = await openInMemory();
    const { account } = await admit(store);
    const outcomes = await outcomesOf([
      store.grant(grantOf()),
      store.admit(admissionOf({ account: { owner: 'nobody', environment: 'TEST' } })),
      store.claimDue({ environment: 'TEST', submits: 8, polls: 8, endings: 8 }, start, () => {
        throw new Error('No decision');
      }),
      store.admit(admissionOf()),
    ]);
    expect(outcomes).toEqual(['done', 'The account of nobody does not exist', 'No decision', 'done']);
    expect(await store.findAccount(account.id)).toMatchObject({ balance: 1100, held: 134, feed: 2 });
  });

  test('a write that fails midway leaves nothing in the transaction, which goes on', async () => {
    const { group, note, endTurn, notes, sqlite } = openGroup();
    const all = [
      note('first'),
      group.write(() => {
        sqlite.exec("INSERT INTO notes (text) VALUES ('half')");
        throw new Error('Midway');
      }),
      note('first'),
      note('last'),
    ];
    endTurn();
    expect(await outcomesOf(all)).toEqual(['done', 'Midway', 'UNIQUE constraint failed: notes.text', 'done']);
    expect(notes()).toEqual(['first', 'last']);
  });

  test('all fail if the transaction cannot be committed', async () => {
    const { group, note, endTurn, notes, sqlite } = openGroup();
    const all = [
      note('first'),
      group.write(() => {
        sqlite.pragma('foreign_keys = ON');
        sqlite.pragma('defer_foreign_keys = ON');
      }),
      note('an orphan', 7),
      note('last'),
    ];
    endTurn();
    expect(new Set(await outcomesOf(all))).toEqual(new Set(['FOREIGN KEY constraint failed']));
    expect(notes()).toEqual([]);
    expect(sqlite.inTransaction).toBe(false);
    const again = note('again');
    endTurn();
    expect(await again).toBe('again');
  });

  test('all fail if an error ends their transaction, including those that had already run', async () => {
    const { group, note, endTurn, notes, sqlite } = openGroup();
    const all = [
      note('first'),
      group.write(() => {
        // SQLite does this by itself on a full disk, an I/O error or out of memory.
        sqlite.exec('ROLLBACK');
        throw new Error('Disk I/O error');
      }),
      note('last'),
    ];
    endTurn();
    expect(new Set(await outcomesOf(all))).toEqual(new Set(['Disk I/O error']));
    expect(notes()).toEqual([]);
  });

  test('on a full disk report what is really stored', async () => {
    const { store, sqlite } = openAt(join(newFolder(), 'store.db'));
    const { account } = await admit(store);
    sqlite.pragma(`max_page_count = ${sqlite.pragma('page_count', { simple: true })}`);
    const prompt = 'a'.repeat(2000);
    let done = 0;
    for (let turn = 0; turn < 6; turn += 1) {
      const admissions = Array.from({ length: 4 }, (_, seed) =>
        store.admit(admissionOf({ input: { prompt, aspectRatio: 'SQUARE_1_1', seed, externalId: null } })),
      );
      done += (await outcomesOf([...admissions, store.grant(grantOf())])).filter((each) => each === 'done').length;
    }
    expect(done).toBeLessThan(30);
    const jobs = await store.countJobs(account.id, anyJob);
    const grants = ((await store.findAccount(account.id))?.balance ?? 0) / 100 - 10;
    expect(jobs - 1 + grants).toBe(done);
  });

  test('are committed in groups of a limited size, so that a flood of them does not block everything else', async () => {
    const { note, turns, endTurn, notes } = openGroup();
    const all = Array.from({ length: 150 }, (_, index) => note(String(index)));
    endTurn();
    expect(notes()).toHaveLength(64);
    endTurn();
    endTurn();
    expect(turns).toEqual([]);
    expect(await Promise.all(all)).toEqual(notes());
  });

  test('that are pending when the store closes are written first', async () => {
    const file = join(newFolder(), 'store.db');
    const { store } = openAt(file);
    await store.arrive(ana, 1000, start);
    const admitted = store.admit(admissionOf());
    await store.close();
    expect(await admitted).toMatchObject({ kind: 'admitted' });
    const { store: again } = openAt(file);
    expect(await again.arrive(ana, 1000, start)).toMatchObject({ held: 67 });
  });
});
