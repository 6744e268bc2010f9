import type { MediaStoreConfig } from '../config/media.ts';
import { parseServerUrl } from '../lib/server-url.ts';
import { readOptions, shown } from './command-line.ts';
import { extraSentence, missingSentence, type Refusal, refusal } from './refusal.ts';

/** The usage of `reelgate backup`. */
export const backupUsage = `Usage: reelgate backup FILE [--force] [--json]: writes the SQLite database to a file, also beside a gateway

  FILE appears once it is whole and checked: its pages, its references, and that every balance is the sum of its entries. It is
  readable for this user alone, since it holds the secret that signs client tokens. --force replaces an existing FILE.
  Videos are not in it: the command says how to save them. For PostgreSQL it prints the command of PostgreSQL, and exits with 1.
`;

/** The usage of `reelgate restore`. */
export const restoreUsage = `Usage: reelgate restore FILE [--complete] [--json]: replaces the SQLite database by a backup, without a gateway
       reelgate restore --in-place [--complete]: after a restore by other means, on SQLite and PostgreSQL

  FILE is checked as reelgate backup checks it, and brought to this version; a damaged one, one of a newer version or of another
  program is refused. The replaced database is kept under another name. --in-place checks the database of DATABASE_URL and leaves
  its content: use it after pg_restore, a point-in-time recovery or a snapshot of the disk.
  Both begin a new incarnation. Cursors of feeds from before lead to a FeedReset. Jobs that were waiting to be sent may have been
  sent after the backup was made; they end as SUBMISSION_UNCONFIRMED, since no video is paid for twice.
  --complete   nothing happened since the backup was made, because the gateway was stopped before: cursors stay valid, and waiting
               jobs are sent
`;

/** Reads the arguments of `reelgate backup`, or refuses them. */
export function readBackupCommand(
  args: readonly string[],
): { readonly file: string; readonly force: boolean } | Refusal {
  const options = { force: { type: 'boolean' } } as const;
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return refusal(`${given.problem}.`, backupUsage);
  const [file = '', extra] = given.positionals;
  if (extra !== undefined) return refusal(extraSentence(extra, args, 'reelgate backup takes one FILE'), backupUsage);
  const problem = file === '' ? missingSentence({ FILE: file }) : urlProblemOf(file);
  return problem === null ? { file, force: given.values.force ?? false } : refusal(problem, backupUsage);
}

/** A parsed `reelgate restore`. `file`: null to leave the database in its place. `isComplete`: nothing happened since the backup. */
export type RestoreCommand = { readonly file: string | null; readonly isComplete: boolean };

/** Reads the arguments of `reelgate restore`, or refuses them. */
export function readRestoreCommand(args: readonly string[]): RestoreCommand | Refusal {
  const options = { 'in-place': { type: 'boolean' }, complete: { type: 'boolean' } } as const;
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return refusal(`${given.problem}.`, restoreUsage);
  const [file = '', extra] = given.positionals;
  if (extra !== undefined) return refusal(extraSentence(extra, args, 'reelgate restore takes one FILE'), restoreUsage);
  const { 'in-place': isInPlace = false, complete: isComplete = false } = given.values;
  if (isInPlace && file !== '')
    return refusal(`${shown(file)} and --in-place exclude each other: the database is replaced or left.`, restoreUsage);
  if (!isInPlace && file === '') return refusal('FILE is missing, or --in-place.', restoreUsage);
  const problem = urlProblemOf(file);
  return problem === null ? { file: isInPlace ? null : file, isComplete } : refusal(problem, restoreUsage);
}

/** A URL is never a file, and the sentence about a file that cannot be opened would show its password. */
function urlProblemOf(file: string): string | null {
  return /^[a-z]+:\/\//i.test(file) ? 'FILE is the path of a file, not a URL.' : null;
}

type Content = { readonly jobs: number; readonly accounts: number; readonly newestAt: number | null };

/** What a backup has, and what it has not, as text for the operator. */
export function backupText(
  backup: Content & { readonly bytes: number },
  file: string,
  media: MediaStoreConfig,
): string {
  return [
    `Backed up to ${file}: ${contentOf(backup)}, ${backup.bytes} bytes. It is whole, and every ledger adds up.`,
    'It holds the secret that signs client tokens: keep it as safe as the database.',
    ...videosNote(media),
  ].join('\n');
}

/** What a restore did, as text for the operator. */
export function restoredText(
  restored: Content & { readonly kept: string | null },
  given: {
    readonly backup: string;
    readonly file: string;
    readonly notes: readonly string[];
    readonly media: MediaStoreConfig;
  },
): string {
  const { newestAt, kept } = restored;
  return [
    `Restored ${given.backup} to ${given.file}: ${contentOf(restored)}. It is whole, and every ledger adds up.`,
    ...(newestAt === null ? [] : [`Its newest event is of ${new Date(newestAt).toISOString()}.`]),
    ...given.notes,
    ...(kept === null ? [] : [`The replaced database is ${kept}: remove it once you need it no more.`]),
    ...(given.media.kind === 'none' ? [] : ['Videos are not in it: restore them too, before the start.']),
    'What to check now: "After a restore" in docs/operations.md.',
  ].join('\n');
}

/** What a restore in place did, as text for the operator. */
export function restoredHereText(notes: readonly string[]): string {
  const done = notes.length === 0 ? ['The database counts as complete: its incarnation stays.'] : notes;
  return ['Every ledger adds up.', ...done, 'What to check now: "After a restore" in docs/operations.md.'].join('\n');
}

function contentOf({ jobs, accounts }: Content): string {
  return `${jobs} jobs and ${accounts} accounts`;
}

function videosNote(media: MediaStoreConfig): readonly string[] {
  if (media.kind === 'none') return [];
  const where = media.kind === 'file' ? `in ${media.folder}` : `in the bucket ${media.bucket}`;
  const how =
    media.kind === 'file'
      ? `  rsync -a --exclude temporary ${quoted(`${media.folder.replace(/\/$/, '')}/`)} BACKUP_FOLDER/`
      : `  aws s3 sync ${quoted(`s3://${media.bucket}/${media.prefix}`)} BACKUP_FOLDER/    (or versioning and replication of the bucket)`;
  return [
    `Videos and posters are not in it; they are ${where}. Save them after the database, so that none is missing:`,
    how,
  ];
}

/** How to back up or restore a PostgreSQL database, as text without a password. */
export function postgresText(databaseUrl: string, command: 'backup' | 'restore', file: string): string {
  const url = quoted(shownUrlOf(databaseUrl));
  const password = 'PostgreSQL asks for the password, or takes it from PGPASSWORD or ~/.pgpass.';
  if (command === 'backup') {
    return [
      'The database is PostgreSQL, which backs itself up, while the gateway is running; nothing was written. Run:',
      `  pg_dump --format=custom --no-owner --file=${quoted(file)} ${url}`,
      password,
      'Videos and posters are not in it: save the folder or the bucket of MEDIA_STORE after it.',
    ].join('\n');
  }
  return [
    'The database is PostgreSQL, which restores itself; nothing was changed. Stop all gateways, create an empty database, then run:',
    `  pg_restore --no-owner --exit-on-error --single-transaction --dbname=URL_OF_THE_NEW_DATABASE ${quoted(file)}`,
    password,
    'Set DATABASE_URL to the new database. The start recognizes a restored dump by itself.',
    'After a point-in-time recovery or a snapshot, run reelgate restore --in-place before the start.',
  ].join('\n');
}

/** The URL without its password. */
function shownUrlOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return `postgres://${parseServerUrl(databaseUrl)?.place ?? 'HOST/DATABASE'}`;
  const url = new URL(databaseUrl);
  url.password = '';
  for (const name of [...url.searchParams.keys()]) if (/password/i.test(name)) url.searchParams.delete(name);
  return url.href;
}

/** A word for a shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
