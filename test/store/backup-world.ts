import { statSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/adapter/store/open.ts';
import { StoreOpenError } from '../../src/adapter/store/shared/open-error.ts';
import { backUpSqlite } from '../../src/adapter/store/sqlite/backup.ts';
import { admit, live, lives, newId } from './contract/world.ts';
import { newFolder } from './sqlite-world.ts';

/** Opens a store; returns it with what it says to the operator. */
export async function open(file: string, exclusive = true) {
  const notes: string[] = [];
  const warn = (sentence: string) => void notes.push(sentence);
  const store = await openStore(`file:${file}`, { newId, exclusive, warn });
  onTestFinished(() => store.close());
  return { store, notes };
}

/** The sentence with which an attempt is refused. */
export async function sentenceOf(attempt: Promise<unknown> | (() => unknown)): Promise<string> {
  const thrown = await Promise.resolve(typeof attempt === 'function' ? attempt() : attempt).catch((e: unknown) => e);
  if (!(thrown instanceof StoreOpenError)) throw new Error(`Not refused with a sentence: ${String(thrown)}`);
  return thrown.message;
}

/** A file's mode: `'600'`. */
export const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

/** A served database with a job in each state, and its backup. */
export async function backedUp() {
  const folder = newFolder();
  const file = join(folder, 'store.db');
  const { store } = await open(file);
  const { job: pending } = await admit(store);
  const { job } = await admit(store);
  const queued = await live(store, job, lives.queued);
  const backup = join(folder, 'backup.db');
  const made = await backUpSqlite(file, backup, false);
  return { folder, file, store, pending, queued, backup, made };
}
