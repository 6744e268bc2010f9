import { existsSync, readFileSync } from 'node:fs';
import { createSystemClock } from './adapter/clock/system.ts';
import { copyStore } from './adapter/store/copy.ts';
import { openStore } from './adapter/store/open.ts';
import { StoreOpenError } from './adapter/store/shared/open-error.ts';
import { openInstallation } from './app/app.ts';
import { backUp, commandWaitMs, restore, restoreHere } from './app/backup.ts';
import { moveMedia } from './app/move.ts';
import { listenForStop } from './app/signals.ts';
import { readKeyCommand, runKeyCommand } from './cli/api-key.ts';
import { postgresText, readBackupCommand, readRestoreCommand } from './cli/backup.ts';
import { bannerOf } from './cli/banner.ts';
import { readCommandLine, variablesWith } from './cli/command-line.ts';
import { readCopyUrls } from './cli/copy.ts';
import { ListenRefused, listen, readListenCommand } from './cli/listen.ts';
import { lossesText } from './cli/losses.ts';
import { movedText, readMediaCommand, readMoveTarget, variablesOfMove } from './cli/media.ts';
import { usages } from './cli/usage.ts';
import { ConfigError, readConfig } from './config/config.ts';
import type { Variables } from './config/env.ts';
import { createKeyring } from './gateway/credentials.ts';
import { readVersion } from './lib/package.ts';
import { parseServerUrl } from './lib/server-url.ts';
import { ListenError } from './server/listen.ts';
import { BlobError } from './video-ports.ts';

/** Errors whose sentence is for the operator; any other is a fault, and shown whole. */
const refusals = [ConfigError, StoreOpenError, ListenError, ListenRefused, BlobError];

/** Runs the command line. Fulfils when the command is done; `start` is done when the gateway serves. Sets the exit code on failure. */
export async function main(argv: readonly string[]): Promise<void> {
  const line = readCommandLine(argv, usages);
  if (line.kind === 'version') return print(readVersion());
  if (line.kind === 'usage') return line.isAsked ? print(line.text) : fail(line.text, 2);
  try {
    await commands.get(line.command)?.(variablesOf(line.envFile), line.args);
  } catch (error) {
    if (!(error instanceof Error && refusals.some((refusal) => error instanceof refusal))) throw error;
    fail(`${line.command === 'start' ? 'Reelgate was not started.\n' : ''}${error.message}`, 1);
    setTimeout(() => process.exit(), failWithinMs).unref();
  }
}

const commands = new Map<string, (variables: Variables, args: readonly string[]) => Promise<void>>([
  ['start', start],
  ['losses', losses],
  ['key', key],
  ['backup', backup],
  ['restore', restoreCommand],
  ['copy', copy],
  ['media', media],
  ['listen', listenToWebhooks],
]);

/** The variables of the process, and those of the file that --env-file names. */
function variablesOf(envFile: string | null): Variables {
  if (envFile !== null) {
    try {
      return variablesWith(envFile, (file) => readFileSync(file, 'utf8'), process.env);
    } catch (error) {
      throw new ConfigError(`--env-file: "${envFile}" cannot be read: ${String(error)}`);
    }
  }
  return process.env;
}

const envFileNote = 'The file .env in this folder was not read: start with --env-file .env if it has settings.\n';

/** A stop that takes longer than this and the delay is cut: the next start continues from the rows. */
const stopWithinMs = 14_500;

/** How a command opens the database: it waits as long as a start does, and says so. */
const beside = { waitMs: commandWaitMs, warn: note } as const;

/** A failed start has closed what it opened. The process exits after this time even if something still keeps it alive. */
const failWithinMs = 500;

async function start(variables: Variables): Promise<void> {
  const config = readConfig(variables);
  const opening = openInstallation(config);
  const stop = (reason: string) => {
    setTimeout(() => process.exit(0), config.shutdownDelayMs + stopWithinMs).unref();
    opening
      .then((installation) => installation.close(reason))
      .then(
        () => process.exit(0),
        (error: unknown) => fail(`The gateway did not stop cleanly: ${String(error)}`, 1),
      );
  };
  // Registered before the gateway serves, because its first request may start a POST that must not be cut.
  // A second signal means that the user does not want to wait: the next start finds, and counts, the requests that were cut.
  listenForStop({
    stop,
    hurry: () => process.exit(1),
    // npx and other package managers set this, too.
    isRunByNpm: process.env['npm_lifecycle_event'] !== undefined,
  });
  const { url } = await opening;
  print(bannerOf(config, url, shownDatabaseOf(config.databaseUrl)));
  if (variables === process.env && existsSync('.env')) print(envFileNote);
}

/** Prints the losses; works while another process serves the database. */
async function losses(variables: Variables): Promise<void> {
  const { databaseUrl } = readConfig(variables);
  const { newId } = createSystemClock();
  const store = await openStore(databaseUrl, { newId, exclusive: false, mustExist: true, ...beside });
  try {
    print(await lossesText(store));
  } finally {
    await store.close();
  }
}

/** Creates, lists and revokes keys; works while another process serves the database, and before the first start. */
async function key(variables: Variables, args: readonly string[]): Promise<void> {
  const clock = createSystemClock();
  const command = readKeyCommand(args, clock.now());
  if ('usage' in command) return fail(command.usage, 2);
  const { databaseUrl } = readConfig(variables);
  const store = await openStore(databaseUrl, {
    newId: clock.newId,
    exclusive: false,
    mustExist: command.kind !== 'create',
    ...beside,
  });
  try {
    const { text, isDone } = await runKeyCommand(command, createKeyring({ store, clock }));
    if (isDone) print(text);
    else fail(text, 1);
  } finally {
    await store.close();
  }
}

/** Writes a SQLite database to a file, beside a running gateway; says how for PostgreSQL. */
async function backup(variables: Variables, args: readonly string[]): Promise<void> {
  const command = readBackupCommand(args);
  if ('usage' in command) return fail(command.usage, 2);
  const config = readConfig(variables);
  if (!config.databaseUrl.startsWith('file:')) return fail(postgresText(config.databaseUrl, 'backup', command.file), 1);
  print(await backUp(config, command.file, command.force));
}

/** Restores a backup, or begins anew after a restore by other means; no gateway may run. */
async function restoreCommand(variables: Variables, args: readonly string[]): Promise<void> {
  const command = readRestoreCommand(args);
  if ('usage' in command) return fail(command.usage, 2);
  const config = readConfig(variables);
  const { file, isComplete } = command;
  if (file === null) return print(await restoreHere(config, command, note));
  if (!config.databaseUrl.startsWith('file:')) return fail(postgresText(config.databaseUrl, 'restore', file), 1);
  print(await restore(config, { file, isComplete }, note));
}

/** Copies a stopped SQLite installation to PostgreSQL. */
async function copy(_variables: Variables, args: readonly string[]): Promise<void> {
  const urls = readCopyUrls(args);
  if ('usage' in urls) return fail(urls.usage, 2);
  const copied = await copyStore(urls.from, urls.to, { forMs: commandWaitMs, report: note });
  const rows = [...copied].map(([table, count]) => `  ${table.padEnd(16)} ${count}`);
  print(
    [
      'Copied; row counts and sums match on both sides. Rows:',
      ...rows,
      'Videos and posters stay where they are: keep MEDIA_STORE, or move them with reelgate media move.',
      'Now start the gateway with the new DATABASE_URL.',
    ].join('\n'),
  );
}

/** Copies all videos to another store; works while a gateway is running. */
async function media(variables: Variables, args: readonly string[]): Promise<void> {
  const command = readMediaCommand(args);
  if ('usage' in command) return fail(command.usage, 2);
  const settings = variablesOfMove(variables);
  const config = readConfig(settings);
  const to = readMoveTarget(command.to, config.media.store, settings);
  const moved = await moveMedia(config, to, note);
  if (moved.damaged.length === 0) print(movedText(moved));
  else fail(movedText(moved), 1);
}

/** A sentence for the operator while a command runs, apart from its result. */
function note(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** Prints the webhooks of a running gateway until Ctrl-C. */
async function listenToWebhooks(variables: Variables, args: readonly string[]): Promise<void> {
  const command = readListenCommand(args, variables['REELGATE_TOKEN']?.trim() || null);
  if ('usage' in command) return fail(command.usage, 2);
  const listening = await listen(command, print);
  const stop = () => {
    listening.close().then(
      () => process.exit(0),
      (error: unknown) => fail(`The endpoint was not deleted: ${String(error)}`, 1),
    );
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  print(`Listening to ${command.url}. Verify signatures with WEBHOOK_SECRET=${listening.secret}`);
}

/** A database without its credentials, for the banner. */
function shownDatabaseOf(databaseUrl: string): string {
  return databaseUrl.startsWith('file:') ? databaseUrl : `PostgreSQL at ${parseServerUrl(databaseUrl)?.place ?? '…'}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(text: string, exitCode: number): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
}

// `npm run dev` runs this file itself; every other start uses bin/reelgate.js.
if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
