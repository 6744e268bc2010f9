import { readdir, readFile } from 'node:fs/promises';
import { every } from '../lib/every.ts';
import { createLogLimit } from '../lib/log-limit.ts';
import type { LimitKind } from '../ports/metrics.ts';
import type { Clock, Log } from '../ports.ts';

/** How many files and connections this process has open, and how many it may have. */
export type OpenFiles = { readonly open: number; readonly allowed: number };

type OpenFilesDeps = {
  readonly log: Log;
  readonly clock: Clock;
  /** Called with 'files' each time that the limit is close. */
  readonly noted?: (kind: LimitKind) => void;
  /** Null where the system does not say. */
  readonly read?: () => Promise<OpenFiles | null>;
};

const lookEveryMs = 15_000;

/** Above this share of the limit, a burst of connections would reach it. */
const closeShare = 0.9;

/**
 * Looks every 15 s at how many files are open, and warns once a minute while the limit is close. At the limit the system closes new
 * connections without a word to this process, so that nothing else would say why clients are turned away. Returns how to stop.
 */
export function watchOpenFiles({ log, clock, noted, read = readOpenFiles }: OpenFilesDeps): () => void {
  const mayLog = createLogLimit(clock);

  async function look(): Promise<void> {
    const files = await read();
    if (files === null || files.open < files.allowed * closeShare) return;
    noted?.('files');
    if (mayLog('files'))
      log.warn(
        { limit: 'files', ...files },
        'Nearly all files that this process may open are open; at the limit, clients cannot connect. Raise it (ulimit -n, LimitNOFILE).',
      );
  }

  const lookNow = () => {
    look().catch((error: unknown) => log.error({ err: error }, 'The open files could not be counted.'));
  };
  // At the limit it can no longer be read.
  lookNow();
  return every(clock, lookEveryMs, lookNow);
}

/** Counts by Linux' /proc; null on other systems. If not even a folder can be opened, all that are allowed are open. */
export async function readOpenFiles(): Promise<OpenFiles | null> {
  const names = await readdir('/proc/self/fd').catch((error: NodeJS.ErrnoException) => error.code ?? '');
  if (names === 'EMFILE' || names === 'ENFILE')
    return allowedKnown === null ? null : { open: allowedKnown, allowed: allowedKnown };
  if (typeof names === 'string') return null;
  allowedKnown = (await readAllowed()) ?? allowedKnown;
  return allowedKnown === null ? null : { open: names.length, allowed: allowedKnown };
}

/** As it was last read: at the limit, its file cannot be opened either. */
let allowedKnown: number | null = null;

async function readAllowed(): Promise<number | null> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const allowed = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return allowed === undefined ? null : Number(allowed);
}
