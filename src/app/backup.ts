import { createSystemClock } from '../adapter/clock/system.ts';
import { fileOf, openStore } from '../adapter/store/open.ts';
import { checkPostgres } from '../adapter/store/postgres/check.ts';
import { beginIfRestored } from '../adapter/store/shared/restored.ts';
import { waitWhileLocked } from '../adapter/store/shared/wait.ts';
import { backUpSqlite } from '../adapter/store/sqlite/backup.ts';
import { checkSqlite } from '../adapter/store/sqlite/check.ts';
import { restoreSqlite } from '../adapter/store/sqlite/restore.ts';
import { backupText, type RestoreCommand, restoredHereText, restoredText } from '../cli/backup.ts';
import { doneOutcome, type Outcome, timeOf } from '../cli/outcome.ts';
import type { Config } from '../config/config.ts';

/** Receives a sentence for the operator while a command runs. */
type Report = (sentence: string) => void;

const isFile = (databaseUrl: string) => databaseUrl.startsWith('file:');

/** How long a restore waits for a gateway that is stopping. */
export const commandWaitMs = 20_000;

/** Backs a SQLite database up, beside a running gateway. */
export async function backUp({ databaseUrl, media }: Config, to: string, force: boolean): Promise<Outcome> {
  const backup = await backUpSqlite(fileOf(databaseUrl), to, force);
  const { jobs, accounts, bytes, newestAt } = backup;
  return doneOutcome(backupText(backup, to, media.store), {
    file: to,
    jobs,
    accounts,
    bytes,
    newestAt: timeOf(newestAt),
  });
}

/** Replaces a SQLite database by a backup, while no gateway runs. */
export async function restore(
  { databaseUrl, media }: Config,
  { file: backup, isComplete }: { readonly file: string; readonly isComplete: boolean },
  report: Report,
): Promise<Outcome> {
  const { newId } = createSystemClock();
  const file = fileOf(databaseUrl);
  const notes: string[] = [];
  const prepare = (store: Parameters<typeof beginIfRestored>[0]) =>
    beginIfRestored(store, { restored: !isComplete, warn: (sentence) => void notes.push(sentence) });
  const restored = await waitWhileLocked(
    () => restoreSqlite(backup, file, { newId, prepare }),
    `the Reelgate process that serves ${file} to stop`,
    { forMs: commandWaitMs, report },
  );
  const { jobs, accounts, newestAt, kept } = restored;
  const text = restoredText(restored, { backup, file, notes, media: media.store });
  return doneOutcome(text, { backup, file, jobs, accounts, newestAt: timeOf(newestAt), kept, notes });
}

/** Checks a database that was restored in another way, and begins its new incarnation, while no gateway runs. */
export async function restoreHere(
  { databaseUrl }: Config,
  { isComplete }: Pick<RestoreCommand, 'isComplete'>,
  report: Report,
): Promise<Outcome> {
  const { newId } = createSystemClock();
  const notes: string[] = [];
  const warn = (sentence: string) => void (sentence.startsWith('Waiting') ? report(sentence) : notes.push(sentence));
  const options = { newId, exclusive: true, mustExist: true, waitMs: commandWaitMs, restored: !isComplete, warn };
  if (isFile(databaseUrl)) checkSqlite(fileOf(databaseUrl));
  else await checkPostgres(databaseUrl);
  const store = await openStore(databaseUrl, options);
  await store.close();
  return doneOutcome(restoredHereText(notes), { notes });
}
