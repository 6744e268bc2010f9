import { parseArgs } from 'node:util';
import { createSystemClock } from './adapter/clock/system.ts';
import { copyStore } from './adapter/store/copy.ts';
import { openStore } from './adapter/store/open.ts';
import { StoreOpenError } from './adapter/store/shared/open-error.ts';
import { openInstallation } from './app/app.ts';
import { listenForStop } from './app/signals.ts';
import { readKeyCommand, runKeyCommand } from './cli/api-key.ts';
import { bannerOf } from './cli/banner.ts';
import { lossesText } from './cli/losses.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { createKeyring } from './gateway/credentials.ts';
import { readVersion } from './lib/package.ts';
import { escapingHint, parseServerUrl } from './lib/server-url.ts';
import { ListenError } from './server/listen.ts';

const usage = `Usage: reelgate [command]

  start       run the gateway (the default); settings are environment variables, see docs/configuration.md
  losses      count and list the jobs that may have been paid for in vain; works while a gateway is running, and also without one
  key         create, list and revoke API keys: reelgate key --help
  copy        move a stopped SQLite installation to PostgreSQL: reelgate copy --from file:… --to postgres://…
  --version   print the version
  --help      print this
`;

/** Runs the command line. Fulfils when the command is done; `start` is done when the gateway serves. Sets the exit code on failure. */
export async function main(argv: readonly string[]): Promise<void> {
  const [command = 'start', ...rest] = argv;
  if (command === '--version' && rest.length === 0) return print(readVersion());
  if (command === '--help' || command === 'help') return print(usage);
  const runWith = commandsWithArguments.get(command);
  const run = runWith !== undefined ? () => runWith(rest) : rest.length === 0 ? commands.get(command) : undefined;
  if (run === undefined) return fail(`Unknown command: ${argv.map(shown).join(' ')}\n\n${usage}`, 2);
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StoreOpenError || error instanceof ListenError)) throw error;
    fail(`${run === start ? 'Reelgate was not started.\n' : ''}${error.message}`, 1);
    setTimeout(() => process.exit(), failWithinMs).unref();
  }
}

const commands = new Map([
  ['start', start],
  ['losses', losses],
]);

/** Commands that take arguments. */
const commandsWithArguments = new Map([
  ['key', key],
  ['copy', copy],
]);

/** A stop that takes longer is cut: the next start continues from the rows. */
const stopWithinMs = 14_500;

/** A failed start has closed what it opened. The process exits after this time even if something still keeps it alive. */
const failWithinMs = 500;

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const opening = openInstallation(config);
  const stop = (reason: string) => {
    setTimeout(() => process.exit(0), stopWithinMs).unref();
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
}

/** Prints the losses; works while another process serves the database. */
async function losses(): Promise<void> {
  const { databaseUrl } = readConfig(process.env);
  const { newId } = createSystemClock();
  const store = await openStore(databaseUrl, { newId, exclusive: false, mustExist: true });
  try {
    print(await lossesText(store));
  } finally {
    await store.close();
  }
}

/** Creates, lists and revokes keys; works while another process serves the database, and before the first start. */
async function key(args: readonly string[]): Promise<void> {
  const clock = createSystemClock();
  const command = readKeyCommand(args, clock.now());
  if ('usage' in command) return command.isAsked ? print(command.usage) : fail(command.usage, 2);
  const { databaseUrl } = readConfig(process.env);
  const store = await openStore(databaseUrl, {
    newId: clock.newId,
    exclusive: false,
    mustExist: command.kind !== 'create',
  });
  try {
    const { text, isDone } = await runKeyCommand(command, createKeyring({ store, clock }));
    if (isDone) print(text);
    else fail(text, 1);
  } finally {
    await store.close();
  }
}

/** Copies a stopped SQLite installation to PostgreSQL. */
async function copy(args: readonly string[]): Promise<void> {
  const urls = copyUrlsOf(args);
  if (urls === null) return fail('Usage: reelgate copy --from file:PATH --to postgres://…\n', 2);
  const copied = await copyStore(urls.from, urls.to);
  const rows = [...copied].map(([table, count]) => `  ${table.padEnd(16)} ${count}`);
  print(
    [
      'Copied; row counts and sums match on both sides. Rows:',
      ...rows,
      'Now start the gateway with the new DATABASE_URL.',
    ].join('\n'),
  );
}

function copyUrlsOf(args: readonly string[]): { readonly from: string; readonly to: string } | null {
  try {
    const { from, to } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, to: { type: 'string' } },
    }).values;
    if (from === undefined || to === undefined || !/^file:/i.test(from) || !/^postgres(ql)?:/i.test(to)) return null;
    const server = parseServerUrl(to);
    if (server === null)
      throw new ConfigError(`--to cannot be read as postgres://USER:PASSWORD@HOST:PORT/DATABASE. ${escapingHint}`);
    return { from, to: server.href };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    return null;
  }
}

/** An argument as it may be printed: one with an @ may hold a password. */
function shown(word: string): string {
  return word.includes('@') ? '…' : word;
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
