import Database from 'better-sqlite3';
import { StoreOpenError } from '../../shared/open-error.ts';

/** Throws a StoreOpenError when this Node cannot load the native part of better-sqlite3, which is built for one version of Node. */
export function checkModule(): void {
  try {
    new Database(':memory:').close();
  } catch (error) {
    throw sentenceOf(error) ?? error;
  }
}

/** An error with the remedy when the native part could not be loaded; null for any other error. */
export function sentenceOf(error: unknown): StoreOpenError | null {
  if (!(error instanceof Error)) return null;
  const { platform, arch, versions } = process;
  if ('code' in error && error.code === 'ERR_DLOPEN_FAILED') {
    return new StoreOpenError(
      'The module better-sqlite3 was built for another Node or machine than this one ' +
        `(Node ${versions.node} on ${platform} ${arch}): run "npm rebuild better-sqlite3".`,
      { cause: error },
    );
  }
  // Its install script failed or was not allowed to run.
  if (!error.message.startsWith('Could not locate the bindings file')) return null;
  return new StoreOpenError(
    'The module better-sqlite3 has not been built: run "npm rebuild better-sqlite3", which needs Python, make and a C++ compiler.',
    { cause: error },
  );
}
