import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WriteWebhookBody } from '../../ports/webhook.ts';
import type { Store } from '../../ports.ts';
import { openPostgresStore } from './postgres/open.ts';
import { StoreOpenError } from './shared/open-error.ts';
import { beginIfRestored } from './shared/restored.ts';
import { waitWhileLocked } from './shared/wait.ts';
import { isSwapPending } from './sqlite/engine/swap.ts';
import { openSqliteStore } from './sqlite/store.ts';

/** How to open a store, on either engine. */
export type StoreOptions = {
  /** Makes ids that sort by time (UUIDv7). */
  readonly newId: () => string;
  /** True for a process that serves. An engine that allows only one refuses the second. False for an admin command. */
  readonly exclusive: boolean;
  /** True where several nodes may serve the database together, because they share a bell and a budget. */
  readonly shared?: boolean;
  /** True to refuse a database that does not exist, instead of creating an empty one. */
  readonly mustExist?: boolean;
  /** For a process that serves: true if the database was just restored, false if it is complete. Absent: the database knows. */
  readonly restored?: boolean;
  /** How long to wait for another process that serves the database; 0 by default. */
  readonly waitMs?: number;
  /** Receives a sentence for the operator about a database that opens nevertheless, and about waiting. */
  readonly warn?: (sentence: string) => void;
  /** Writes the bodies of webhooks, as in `WebhookRecords`; absent in a command, which has no events. */
  readonly writeBody?: WriteWebhookBody;
};

/** Opens the database of a DATABASE_URL, and creates and migrates it where needed. Rejects with a StoreOpenError when it cannot. */
export async function openStore(databaseUrl: string, options: StoreOptions): Promise<Store> {
  const store = await openEngine(databaseUrl, options);
  if (!options.exclusive) return store;
  try {
    await beginIfRestored(store, options);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openEngine(databaseUrl: string, options: StoreOptions): Promise<Store> {
  const { newId, exclusive, mustExist = false, waitMs = 0, warn } = options;
  const told = {
    ...(warn === undefined ? {} : { warn }),
    ...(options.writeBody === undefined ? {} : { writeBody: options.writeBody }),
  };
  if (/^postgres(ql)?:/i.test(databaseUrl)) {
    const { shared = false } = options;
    const role = exclusive ? (shared ? 'among nodes' : 'alone') : mustExist ? 'beside' : 'before';
    return openPostgresStore({ url: databaseUrl, newId, role, waitMs, ...told });
  }
  if (!/^file:/i.test(databaseUrl)) {
    throw new StoreOpenError(
      'DATABASE_URL must begin with file: (SQLite), for example file:./data/reelgate.db, or with postgres:.',
    );
  }
  const file = fileOf(databaseUrl);
  // A crash within a restore may have left the database under another name.
  if (mustExist && !existsSync(file) && !isSwapPending(file)) {
    throw new StoreOpenError(`There is no database ${file}: set DATABASE_URL to the one that the gateway uses.`);
  }
  // A gateway begins with a new database; a command that does may have been meant for another.
  if (!exclusive && !mustExist && !existsSync(file) && !isSwapPending(file))
    warn?.(`${file} is a new database. If the gateway uses another, set DATABASE_URL as it does.`);
  const open = () => openSqliteStore({ newId, exclusive, file, ...told });
  return waitWhileLocked(open, `the Reelgate process that serves or upgrades ${file}`, { forMs: waitMs, report: warn });
}

/**
 * The path in a `file:` URL. `file:./a.db` is relative to the working directory; `file:///srv/a.db` is a standard file URL.
 * Throws a StoreOpenError for a URL without a usable path.
 */
export function fileOf(databaseUrl: string): string {
  const path = databaseUrl.startsWith('file://') ? pathOf(databaseUrl) : databaseUrl.slice('file:'.length);
  if (path === '') throw new StoreOpenError('DATABASE_URL has no path after file:.');
  return path;
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new StoreOpenError('DATABASE_URL is not a file URL of this machine: use file:///path or file:./path.', {
      cause: error,
    });
  }
}
