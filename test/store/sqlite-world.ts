import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { ScanBounds } from '../../src/adapter/store/shared/scan.ts';
import { openConnection } from '../../src/adapter/store/sqlite/engine/connection.ts';
import { createSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import type { Store } from '../../src/ports.ts';
import { newId, type TestDatabase } from './contract/world.ts';

/** A test's store with its connection. */
export type SqliteDatabase = TestDatabase & { readonly sqlite: Database };

/** Opens a store that is closed when the test has finished. */
export function openAt(file: string, bounds?: ScanBounds): SqliteDatabase {
  const connection = openConnection(file, true);
  const store: Store = createSqliteStore(connection, newId, undefined, bounds === undefined ? {} : { bounds });
  onTestFinished(() => store.close());
  const { sqlite } = connection;
  const run = async (statements: string) => {
    sqlite.transaction(() => sqlite.exec(statements))();
  };
  return { store, sqlite, run };
}

export const openInMemory = async (bounds?: ScanBounds): Promise<SqliteDatabase> => openAt(':memory:', bounds);

export const openOnDisk = async (bounds?: ScanBounds): Promise<SqliteDatabase> =>
  openAt(join(newFolder(), 'store.db'), bounds);

/** An empty folder, removed when the test has finished. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
