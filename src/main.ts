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
  losses      count and list the jobs that may have been paid for in vain, beside a gateway that runs or without
  key         make, list and revoke API keys: reelgate key --help
  copy        move a stopped SQLite installation to PostgreSQL: reelgate copy --from file:… --to postgres://…
  --version   print the version
  --help      print this
`;

/** Runs the command line; fulfils when the command is done, for `start` when the gateway serves. Sets the exit code where it failed. */
export async function main(argv: readonly string[]): Promise<void> {
  const [command = 'start', ...rest] = argv;
  if (command === '--version' && rest.length === 0) return say(readVersion());
  if (command === '--help' || command === 'help') return say(usage);
  const words = wordyCommands.get(command);
  const run = words !== undefined ? () => words(rest) : rest.length === 0 ? commands.get(command) : undefined;
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

/** Commands that take words of their own. */
const wordyCommands = new Map([
  ['key', key],
  ['copy', copy],
]);

/** What still hangs when this is over is cut: every row tells the next start how it stands. */
const stopWithinMs = 14_500;

/** A start that failed has closed what it opened; what holds the process up all the same is cut after this. */
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
  // Before it serves: from its first request on a POST may be in flight that must not be cut.
  // Whoever asks twice does not want to wait: what is in flight is then found, and counted, by the next start.
  listenForStop({
    stop,
    hurry: () => process.exit(1),
    // npx and other package managers set it, too.
    isRunByNpm: process.env['npm_lifecycle_event'] !== undefined,
  });
  const { url } = await opening;
  say(bannerOf(config, url, shownDatabaseOf(config.databaseUrl)));
}

/** Reads the database beside the process that serves it. */
async function losses(): Promise<void> {
  const { databaseUrl } = readConfig(process.env);
  const { newId } = createSystemClock();
  const store = await openStore(databaseUrl, { newId, exclusive: false, mustExist: true });
  try {
    say(await lossesText(store));
  } finally {
    await store.close();
  }
}

/** Makes, lists and revokes keys beside the process that serves, or before it first does. */
async function key(words: readonly string[]): Promise<void> {
  const clock = createSystemClock();
  const wish = readKeyCommand(words, clock.now());
  if ('usage' in wish) return wish.isAsked ? say(wish.usage) : fail(wish.usage, 2);
  const { databaseUrl } = readConfig(process.env);
  const store = await openStore(databaseUrl, {
    newId: clock.newId,
    exclusive: false,
    mustExist: wish.kind !== 'create',
  });
  try {
    const { text, isDone } = await runKeyCommand(wish, createKeyring({ store, clock }));
    if (isDone) say(text);
    else fail(text, 1);
  } finally {
    await store.close();
  }
}

/** Moves an installation that is stopped to another engine. */
async function copy(words: readonly string[]): Promise<void> {
  const urls = copyUrlsOf(words);
  if (urls === null) return fail('Usage: reelgate copy --from file:PATH --to postgres://…\n', 2);
  const copied = await copyStore(urls.from, urls.to);
  const rows = [...copied].map(([table, count]) => `  ${table.padEnd(16)} ${count}`);
  say(
    [
      'Copied, and both sides add up to the same. Rows:',
      ...rows,
      'Now start the gateway with the new DATABASE_URL.',
    ].join('\n'),
  );
}

function copyUrlsOf(words: readonly string[]): { readonly from: string; readonly to: string } | null {
  try {
    const { from, to } = parseArgs({
      args: [...words],
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

/** A word of the command line, unless it may hold a password. */
function shown(word: string): string {
  return word.includes('@') ? '…' : word;
}

/** A database as it may be printed. */
function shownDatabaseOf(databaseUrl: string): string {
  return databaseUrl.startsWith('file:') ? databaseUrl : `PostgreSQL at ${parseServerUrl(databaseUrl)?.place ?? '…'}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(text: string, exitCode: number): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
}

// `npm run dev` runs this file itself; everyone else goes through bin/reelgate.js.
if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2));
