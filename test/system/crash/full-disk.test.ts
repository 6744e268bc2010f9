import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../src/adapter/store/open.ts';
import { StoreOpenError } from '../../../src/adapter/store/shared/open-error.ts';
import { backUpSqlite } from '../../../src/adapter/store/sqlite/backup.ts';
import { restoreSqlite } from '../../../src/adapter/store/sqlite/restore.ts';
import { newId } from '../../store/contract/world.ts';
import { newFolder } from '../../store/sqlite-world.ts';
import { readFixture } from '../../store/upgrade-0.1.0.ts';
import { canMount } from './mount.ts';

/** A folder on a disk that has room for a database and not for two. */
function makeDisk(): string {
  const disk = join(newFolder(), 'disk');
  mkdirSync(disk);
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=512k', 'reelgate-test', disk]);
  onTestFinished(() => void execFileSync('/bin/umount', [disk]));
  return disk;
}

/** A database of an older version. */
function makeOld(folder: string): string {
  const file = join(folder, 'store.db');
  const old = new Database(file);
  old.exec(readFixture('sqlite'));
  old.close();
  return file;
}

function fill(disk: string): void {
  try {
    for (let i = 0; ; i += 1) writeFileSync(join(disk, `filler-${i}`), Buffer.alloc(4096));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

async function sentenceOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.catch((thrown: unknown) => thrown);
  if (!(error instanceof StoreOpenError)) throw new Error(`Not refused with a sentence: ${String(error)}`);
  return error.message;
}

const filesOf = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('filler'));

describe.runIf(canMount())('on a full disk (a tmpfs, so run the tests as root)', () => {
  test('a start that has to migrate ends with a sentence, and leaves the database as it was', async () => {
    const disk = makeDisk();
    const file = makeOld(disk);
    writeFileSync(`${file}.lock`, '');
    const before = readFileSync(file);
    fill(disk);
    const sentence = await sentenceOf(openStore(`file:${file}`, { newId, exclusive: true }));
    expect(sentence).toMatch(/there is no space for it in .*disk, which needs 1 MB. Nothing was changed/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(filesOf(disk)).toEqual(['store.db', 'store.db.lock']);
  });

  test('a backup and a restore end with a sentence, and leave nothing behind', async () => {
    const folder = newFolder();
    const file = makeOld(folder);
    const disk = makeDisk();
    fill(disk);
    expect(await sentenceOf(backUpSqlite(file, join(disk, 'backup.db'), false))).toContain('There is no space left');
    expect(filesOf(disk)).toEqual([]);
    const prepare = async () => undefined;
    const restored = restoreSqlite(file, join(disk, 'store.db'), { newId, prepare });
    expect(await sentenceOf(restored)).toContain('There is no space left');
    expect(filesOf(disk).filter((name) => !name.endsWith('.lock'))).toEqual([]);
  });
});
