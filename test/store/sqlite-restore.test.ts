import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { beginIfRestored } from '../../src/adapter/store/shared/restored.ts';
import { checkSqlite } from '../../src/adapter/store/sqlite/check.ts';
import { restoreSqlite } from '../../src/adapter/store/sqlite/restore.ts';
import { backedUp, modeOf, open, sentenceOf } from './backup-world.ts';
import { admit, ana, grantOf, newId, start } from './contract/world.ts';
import { newFolder } from './sqlite-world.ts';
import { readFixture } from './upgrade-0.1.0.ts';

/** Restores as the command does; returns what it did and said. */
async function restore(backup: string, file: string, isComplete = false) {
  const notes: string[] = [];
  const warn = (sentence: string) => void notes.push(sentence);
  const restored = await restoreSqlite(backup, file, {
    newId,
    prepare: (store) => beginIfRestored(store, { restored: !isComplete, warn }),
  });
  return { ...restored, notes };
}

describe('a restore', () => {
  test('brings the backup back, keeps the database it replaces, and begins a new incarnation', async () => {
    const { file, store, backup, pending, queued } = await backedUp();
    const { job: lost } = await admit(store);
    await store.grant(grantOf());
    await store.close();
    const { kept, notes, ...content } = await restore(backup, file);
    expect(content).toEqual({ jobs: 2, accounts: 1, newestAt: start + 1000 });
    expect(notes).toEqual([expect.stringMatching(/a new incarnation begins.* One job that was waiting .*UNCONFIRMED/)]);
    const { store: restored, notes: atStart } = await open(file);
    expect(atStart).toEqual([]);
    expect(await restored.incarnation()).toMatch(/^[0-9a-f]{16}$/);
    expect(await restored.findJob(lost.id)).toBeNull();
    expect(await restored.findJob(queued.id)).toEqual(queued);
    expect(await restored.findJob(pending.id)).toMatchObject({ failure: { code: 'SUBMISSION_UNCONFIRMED' } });
    expect(await restored.arrive(ana, 0, start)).toMatchObject({ balance: 1000, held: 67 });
    expect(modeOf(file)).toBe('600');

    if (kept === null) throw new Error('Nothing was kept');
    expect(existsSync(`${kept}-wal`)).toBe(false);
    const { store: old } = await open(kept);
    expect(await old.findJob(lost.id)).toEqual(lost);
    expect(await old.arrive(ana, 0, start)).toMatchObject({ balance: 1100 });
  });

  test('of one backup twice begins two incarnations; a complete one begins none', async () => {
    const { file, store, backup, pending } = await backedUp();
    await store.close();
    const incarnationAfter = async (isComplete: boolean) => {
      await restore(backup, file, isComplete);
      const { store: restored } = await open(file);
      const [incarnation, job] = [await restored.incarnation(), await restored.findJob(pending.id)];
      await restored.close();
      return { incarnation, job };
    };
    const { incarnation: first } = await incarnationAfter(false);
    const { incarnation: second } = await incarnationAfter(false);
    expect(new Set([first, second, null]).size).toBe(3);
    expect(await incarnationAfter(true)).toEqual({ incarnation: null, job: pending });
  });

  test('by hand is recognized at the next start, once', async () => {
    const { folder, store, backup, pending } = await backedUp();
    await store.close();
    const copied = join(folder, 'copied.db');
    writeFileSync(copied, readFileSync(backup));
    const beside = await open(copied, false);
    expect(beside.notes.join()).not.toContain('incarnation');
    await beside.store.close();
    const { store: restored, notes } = await open(copied);
    expect(notes).toContainEqual(expect.stringContaining('a new incarnation begins'));
    expect(await restored.findJob(pending.id)).toMatchObject({ state: 'FAILED' });
    const incarnation = await restored.incarnation();
    await restored.close();
    const next = await open(copied);
    expect([next.notes, await next.store.incarnation()]).toEqual([[], incarnation]);
  });

  test('is refused while a process serves either file, and changes nothing', async () => {
    const { file, store, backup, pending } = await backedUp();
    expect(await sentenceOf(restore(backup, file))).toContain('Another Reelgate process serves');
    expect(await store.findJob(pending.id)).toEqual(pending);
    expect(await sentenceOf(restore(file, backup))).toContain('make a copy of it with reelgate backup first');
    expect(await sentenceOf(restore(file, file))).toContain('is the database itself');
  });

  test('is refused for what is no good backup, and leaves the database as it was', async () => {
    const { folder, file, store, backup } = await backedUp();
    await store.close();
    const before = readFileSync(file);
    const spoilt = (statements: string) => {
      const name = join(folder, 'spoilt.db');
      writeFileSync(name, readFileSync(backup));
      const sqlite = new Database(name);
      sqlite.pragma('foreign_keys = OFF');
      sqlite.exec(statements);
      sqlite.close();
      return name;
    };
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'Not a database, but a text that is longer than a header of one.'.repeat(9));
    const half = join(folder, 'half.db');
    writeFileSync(half, readFileSync(backup).subarray(0, 50_000));
    writeFileSync(join(folder, 'empty.db'), '');
    const cases: [string, string][] = [
      [join(folder, 'absent.db'), 'There is no backup'],
      [folder, 'is not a file'],
      [text, 'is not a SQLite database'],
      [half, 'is damaged'],
      [join(folder, 'empty.db'), 'is empty'],
      [
        spoilt("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of-the-future', 9000000000000)"),
        'newer or another version of Reelgate: use that version, or name another backup.',
      ],
    ];
    for (const [name, sentence] of cases) expect(await sentenceOf(restore(name, file)), name).toContain(sentence);
    const others: [string, string][] = [
      ['DROP TABLE __drizzle_migrations', 'belongs to another program: name another backup.'],
      ['UPDATE accounts SET held = held + 1', 'The ledger of 1 accounts does not add up; nothing was restored.'],
      ['DELETE FROM jobs', 'refer to rows that are missing'],
    ];
    for (const [statements, sentence] of others)
      expect(await sentenceOf(restore(spoilt(statements), file)), statements).toContain(sentence);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => /restor|replaced/.test(name))).toEqual([]);
  });

  test('of an older version brings the backup to this one, and leaves the file as it was', async () => {
    const folder = newFolder();
    const backup = join(folder, 'old.db');
    const old = new Database(backup);
    old.exec(readFixture('sqlite'));
    old.close();
    const before = readFileSync(backup);
    const file = join(folder, 'data', 'store.db');
    expect(await restore(backup, file)).toMatchObject({ kept: null, jobs: expect.any(Number) });
    expect(readFileSync(backup).equals(before)).toBe(true);
    expect(checkSqlite(file)).toMatchObject({ accounts: expect.any(Number) });
    await open(file);
  });

  test('takes the log of a database that was copied by hand, and replaces a damaged one with its own', async () => {
    const { folder, file, store, pending } = await backedUp();
    for (const side of ['', '-wal']) writeFileSync(join(folder, `copy.db${side}`), readFileSync(`${file}${side}`));
    await store.close();
    writeFileSync(file, 'damaged '.repeat(1000));
    writeFileSync(`${file}-wal`, 'a log of another database');
    writeFileSync(`${file}-shm`, 'an index of it');
    const { kept } = await restore(join(folder, 'copy.db'), file);
    expect(readFileSync(kept ?? '', 'utf8')).toContain('damaged');
    const { store: restored } = await open(file);
    expect(await restored.findJob(pending.id)).toMatchObject({ id: pending.id });
    rmSync(kept ?? '');
  });
});
