import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/adapter/store/open.ts';
import { admit, newId } from './contract/world.ts';
import { newFolder } from './sqlite-world.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** Opens a store; what its operator was told comes with it. */
async function open(file: string, exclusive = true) {
  const told: string[] = [];
  const store = await openStore(`file:${file}`, { newId, exclusive, warn: (sentence) => void told.push(sentence) });
  onTestFinished(() => store.close());
  return { store, told };
}

function modesIn(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]));
}

describe.runIf(process.platform !== 'win32')('the files of a SQLite database', () => {
  test('are this user’s alone from the first moment on, in folders that are so too, whatever the umask is', async () => {
    const folder = newFolder();
    const umask = process.umask(0);
    onTestFinished(() => void process.umask(umask));
    const file = join(folder, 'deep', 'down', 'store.db');
    const { store, told } = await open(file);
    await admit(store);
    expect(modesIn(join(folder, 'deep', 'down'))).toEqual({
      'store.db': '600',
      'store.db-shm': '600',
      'store.db-wal': '600',
      'store.db.lock': '600',
    });
    expect([modeOf(join(folder, 'deep')), modeOf(join(folder, 'deep', 'down'))]).toEqual(['700', '700']);
    expect(told).toEqual([]);
  });

  test('that others could read are closed to them, also beside a gateway that runs, and the operator is told once', async () => {
    const folder = newFolder();
    const file = join(folder, 'store.db');
    const before = await open(file);
    await admit(before.store);
    const names = ['store.db', 'store.db-shm', 'store.db-wal', 'store.db.lock'];
    for (const name of names) chmodSync(join(folder, name), 0o644);
    const beside = await open(file, false);
    expect(modesIn(folder)).toEqual(Object.fromEntries(names.map((name) => [name, '600'])));
    expect(beside.told).toEqual([expect.stringMatching(/^Other users could read .*store\.db; its mode is now 0600/)]);
    await beside.store.close();
    expect((await open(file, false)).told).toEqual([]);
  });

  test('in a folder that others may look into: it is told, and left as it is', async () => {
    const folder = join(newFolder(), 'shared');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const { told } = await open(join(folder, 'store.db'));
    expect(told).toEqual([expect.stringMatching(/^Other users can read the folder of the database, .*shared/)]);
    expect(modeOf(folder)).toBe('755');
  });

  test('of others are refused and keep their modes', async () => {
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
