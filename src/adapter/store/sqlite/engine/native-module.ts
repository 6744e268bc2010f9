import Database from 'better-sqlite3';
import { StoreOpenError } from '../../shared/open-error.ts';

/** Throws a StoreOpenError where better-sqlite3's native part, which is built for one version of Node, cannot be loaded by this one. */
export function checkModule(): void {
  try {
    new Database(':memory:').close();
  } catch (error) {
    throw sentenceOf(error) ?? error;
  }
}

/** Says what to do about an error of loading the native part; null for any other. */
export function sentenceOf(error: unknown): StoreOpenError | null {
  if (!(error instanceof Error)) return null;
  const { platform, arch, versions } = process;
  if ('code' in error && error.code === 'ERR_DLOPEN_FAILED') {
    return new StoreOpenError(
      `The module better-sqlite3 was built for another Node or machine than this one (Node ${versions.node} on ${platform} ${arch}): run "npm rebuild better-sqlite3".`,
      { cause: error },
    );
  }
  // Where its install script was not allowed to run, or failed.
  if (!error.message.startsWith('Could not locate the bindings file')) return null;
  return new StoreOpenError(
    'The module better-sqlite3 has not been built: run "npm rebuild better-sqlite3", which needs Python, make and a C++ compiler.',
    { cause: error },
  );
}
