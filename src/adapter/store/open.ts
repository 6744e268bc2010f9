import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Store } from '../../ports.ts';
import { openPostgresStore } from './postgres/open.ts';
import { StoreOpenError } from './shared/open-error.ts';
import { openSqliteStore } from './sqlite/store.ts';

/** What a store is given, whichever its engine. */
export type StoreOptions = {
  /** Makes ids that sort by time (UUIDv7). */
  readonly newId: () => string;
  /** True for the process that serves: where the engine allows only one, another is refused. False for admin commands beside it. */
  readonly exclusive: boolean;
  /** True where nodes of an engine that allows it may serve the database side by side: they have a bell and a budget in common. */
  readonly shared?: boolean;
  /** True where an empty database, made at a mistaken place, would be a wrong answer. */
  readonly mustExist?: boolean;
  /** Is told what the operator should know of a database that is opened all the same. */
  readonly warn?: (sentence: string) => void;
};

/** Opens the database that a DATABASE_URL names, made and migrated where needed. Rejects with a StoreOpenError where that cannot be done. */
export async function openStore(databaseUrl: string, options: StoreOptions): Promise<Store> {
  if (/^postgres(ql)?:/i.test(databaseUrl)) {
    const { newId, exclusive, shared = false, mustExist = false } = options;
    const role = exclusive ? (shared ? 'among nodes' : 'alone') : mustExist ? 'beside' : 'before';
    return openPostgresStore({ url: databaseUrl, newId, role });
  }
  if (!/^file:/i.test(databaseUrl)) {
    throw new StoreOpenError(
      'DATABASE_URL must begin with file: (SQLite), such as file:./data/reelgate.db, or with postgres:.',
    );
  }
  const file = fileOf(databaseUrl);
  if (options.mustExist === true && !existsSync(file)) {
    throw new StoreOpenError(`There is no database ${file}: let DATABASE_URL name the one that the gateway uses.`);
  }
  const { newId, exclusive, warn } = options;
  return openSqliteStore({ newId, exclusive, file, ...(warn === undefined ? {} : { warn }) });
}

/** The path in a `file:` URL: `file:./a.db` is relative to the working directory, `file:///srv/a.db` a URL as others write it. Throws a StoreOpenError. */
export function fileOf(databaseUrl: string): string {
  const path = databaseUrl.startsWith('file://') ? pathOf(databaseUrl) : databaseUrl.slice('file:'.length);
  if (path === '') throw new StoreOpenError('DATABASE_URL names no file after file:.');
  return path;
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new StoreOpenError('DATABASE_URL is not a file URL of this machine: write file:///path or file:./path.', {
      cause: error,
    });
  }
}
