import { randomBytes } from 'node:crypto';
import type { Store } from '../../../ports.ts';

/** A new incarnation: 16 random digits, so that restoring one backup twice makes two. */
function newIncarnation(): string {
  return randomBytes(8).toString('hex');
}

/**
 * Begins a new incarnation where one is due, before the process serves. `restored`: true if the operator says that the database was
 * restored, false if it is complete; absent: what the rows themselves say.
 */
export async function beginIfRestored(
  store: Store,
  { restored, warn }: { readonly restored?: boolean; readonly warn?: (sentence: string) => void },
): Promise<void> {
  if (restored === false) return store.adopt();
  const now = await store.time();
  const next = newIncarnation();
  const ended = restored === true ? await store.beginIncarnation(next, now) : await store.recognizeBackup(next, now);
  if (ended !== null) warn?.(restoredSentence(ended));
}

/** What an operator should know of a new incarnation. `ended`: how many jobs it ended. */
function restoredSentence(ended: number): string {
  const jobs = ended === 1 ? 'One job that was' : `${ended} jobs that were`;
  return [
    'The database was restored from a backup: a new incarnation begins, and clients that follow a feed get a FeedReset.',
    ended === 0
      ? 'No job was waiting to be sent.'
      : `${jobs} waiting in the backup may have been sent since: nothing is sent twice, so SUBMISSION_UNCONFIRMED is their end.`,
  ].join(' ');
}
