import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/adapter/store/open.ts';
import { admit, newId } from './contract/world.ts';
import { newFolder } from './sqlite-world.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** Opens a store; returns it with the warnings for the operator. */
async function open(file: string, exclusive = true) {
  const warnings: string[] = [];
  const store = await openStore(`file:${file}`, { newId, exclusive, warn: (sentence) => void warnings.push(sentence) });
  onTestFinished(() => store.close());
  return { store, warnings };
}

function modesIn(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]));
}

describe.runIf(process.platform !== 'win32')('the files of a SQLite database', () => {
  test('are private to this user from the start, and so are their folders, with any umask', async () => {
    const folder = newFolder();
    const umask = process.umask(0);
    onTestFinished(() => void process.umask(umask));
    const file = join(folder, 'deep', 'down', 'store.db');
    const { store, warnings } = await open(file);
    await admit(store);
    expect(modesIn(join(folder, 'deep', 'down'))).toEqual({
      'store.db': '600',
      'store.db-shm': '600',
      'store.db-wal': '600',
      'store.db.lock': '600',
    });
    expect([modeOf(join(folder, 'deep')), modeOf(join(folder, 'deep', 'down'))]).toEqual(['700', '700']);
    expect(warnings).toEqual([]);
  });

  test('that others could read become private, also beside a running gateway, and the operator is warned once', async () => {
    const folder = newFolder();
    const file = join(folder, 'store.db');
    const before = await open(file);
    await admit(before.store);
    const names = ['store.db', 'store.db-shm', 'store.db-wal', 'store.db.lock'];
    for (const name of names) chmodSync(join(folder, name), 0o644);
    const beside = await open(file, false);
    expect(modesIn(folder)).toEqual(Object.fromEntries(names.map((name) => [name, '600'])));
    expect(beside.warnings).toEqual([
      expect.stringMatching(/^Other users could read .*store\.db; its mode is now 0600/),
    ]);
    await beside.store.close();
    expect((await open(file, false)).warnings).toEqual([]);
  });

  test('in a folder that others may read: the operator is warned, and the folder stays as it is', async () => {
    const folder = join(newFolder(), 'shared');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const { warnings } = await open(join(folder, 'store.db'));
    expect(warnings).toEqual([expect.stringMatching(/^Other users can read the folder of the database, .*shared/)]);
    expect(modeOf(folder)).toBe('755');
  });

  test('of other users are refused and keep their modes', async () => {
    const folder = newFolder();
    const other = new Database(join(folder, 'other.db'));
    other.exec('CREATE TABLE accounts (name TEXT)');
    other.close();
    writeFileSync(join(folder, 'notes.txt'), 'Not a database, but a text.'.repeat(50));
    for (const name of ['other.db', 'notes.txt']) {
      chmodSync(join(folder, name), 0o644);
      await expect(open(join(folder, name))).rejects.toThrow(/belongs to another program|is not a SQLite database/);
      expect(modeOf(join(folder, name))).toBe('644');
    }
  });

  test.each(['/proc/x', '/proc/x/y', '/dev/null', '/dev/null/x'])(
    'at %s are refused with a sentence, at once',
    async (file) => {
      await expect(open(file)).rejects.toMatchObject({ name: 'StoreOpenError' });
    },
  );
});
