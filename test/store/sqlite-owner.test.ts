import { chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/adapter/store/open.ts';
import { backUpSqlite } from '../../src/adapter/store/sqlite/backup.ts';
import { restoreSqlite } from '../../src/adapter/store/sqlite/restore.ts';
import { readVersion } from '../../src/lib/package.ts';
import { backedUp } from './backup-world.ts';
import { admit, newId } from './contract/world.ts';
import { newFolder } from './sqlite-world.ts';
import { readFixture } from './upgrade-0.1.0.ts';

/** The gateway's own user. */
const service = 65_534;

/** A folder of the gateway's user. */
function servedFolder(): string {
  const folder = join(newFolder(), 'state');
  mkdirSync(folder);
  chownSync(folder, service, service);
  return folder;
}

/** Each file and folder below a folder, by its owner and group. */
function ownersIn(folder: string): Readonly<Record<string, readonly number[]>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const { uid, gid } = statSync(join(folder, name));
      return [name, [uid, gid]];
    }),
  );
}

/** Opens a database as a command does. */
async function openBeside(file: string) {
  const store = await openStore(`file:${file}`, { newId, exclusive: false });
  onTestFinished(() => store.close());
  return store;
}

const restore = (backup: string, file: string) =>
  restoreSqlite(backup, file, { newId, prepare: (store) => store.adopt() });

const owned = [service, service];

describe.runIf(process.getuid?.() === 0)(
  'what root makes beside a service belongs to the service’s user (needs root)',
  () => {
    test('a database before the first start, with its folders', async () => {
      const folder = servedFolder();
      await admit(await openBeside(join(folder, 'deep', 'store.db')));
      expect(ownersIn(folder)).toEqual({
        deep: owned,
        'deep/store.db': owned,
        'deep/store.db-shm': owned,
        'deep/store.db-wal': owned,
        'deep/store.db.lock': owned,
      });
    });

    test('a restored database, also from a backup with a log', async () => {
      const { backup } = await backedUp();
      const folder = servedFolder();
      await restore(backup, join(folder, 'store.db'));
      writeFileSync(`${backup}-wal`, '');
      await restore(backup, join(folder, 'store.db'));
      const owners = Object.entries(ownersIn(folder));
      expect(owners.length).toBeGreaterThan(2);
      for (const [name, ids] of owners) expect([name, ids]).toEqual([name, owned]);
    });

    test('the copy before an upgrade', async () => {
      const folder = servedFolder();
      const file = join(folder, 'store.db');
      const old = new Database(file);
      old.exec(readFixture('sqlite'));
      old.close();
      chownSync(file, service, service);
      await openBeside(file);
      expect(ownersIn(folder)).toMatchObject({ [`store.db.before-${readVersion()}`]: owned, 'store.db.lock': owned });
    });

    test('but a backup is root’s, and so is the target of a link that the service’s user has planted', async () => {
      const { file } = await backedUp();
      const folder = servedFolder();
      await backUpSqlite(file, join(folder, 'backup.db'), false);
      const outside = join(newFolder(), 'outside.db');
      symlinkSync(outside, join(folder, 'store.db'));
      await openBeside(join(folder, 'store.db'));
      expect([join(folder, 'backup.db'), outside].map((each) => statSync(each).uid)).toEqual([0, 0]);
    });
  },
);
