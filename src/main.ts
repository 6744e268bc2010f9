import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { StoreOpenError } from './adapter/store/shared/open-error.ts';
import { openInstallation } from './app/app.ts';
import { commands } from './app/commands.ts';
import { listenForStop } from './app/signals.ts';
import { bannerOf } from './cli/banner.ts';
import { type CommandLine, ineffectiveIn, readCommandLine, shown, variablesWith } from './cli/command-line.ts';
import { listen, readListenCommand } from './cli/listen.ts';
import { ListenRefused } from './cli/listen-endpoint.ts';
import { failedOutcome, type Outcome } from './cli/outcome.ts';
import { usages } from './cli/usage.ts';
import { ConfigError, readConfig } from './config/config.ts';
import type { Variables } from './config/env.ts';
import { readVersion } from './lib/package.ts';
import { parseServerUrl } from './lib/server-url.ts';
import { BlobError } from './ports/video.ts';
import { ListenError } from './server/listen.ts';

/** Errors whose sentence is for the operator; any other is a fault, and shown whole. */
const refusals = [ConfigError, StoreOpenError, ListenError, ListenRefused, BlobError];

/** Runs the command line. Fulfils when the command is done; `start` is done when the gateway serves. Sets the exit code on failure. */
export async function main(argv: readonly string[]): Promise<void> {
  const line = readCommandLine(argv, usages);
  if (line.kind === 'version') return print(readVersion());
  if (line.kind === 'usage') return line.isAsked ? print(line.text) : fail(line.text, 2);
  try {
    await run(line);
  } catch (error) {
    if (!(error instanceof Error && refusals.some((refusal) => error instanceof refusal))) throw error;
    const { message } = error;
    if (line.command === 'start') {
      fail(`Reelgate was not started.\n${message}`, 1);
      if (ignoresEnvFile(line.envFile)) note(envFileNote);
    } else show(failedOutcome(message), line.isJson);
    setTimeout(() => process.exit(), failWithinMs).unref();
  }
}

type Line = Extract<CommandLine, { kind: 'run' }>;

async function run({ command, args, envFile, isJson }: Line): Promise<void> {
  const variables = variablesOf(envFile, isJson ? () => undefined : note);
  if (command === 'start') return start(variables, envFile);
  if (!isJson && ignoresEnvFile(envFile)) note(envFileNote);
  if (command === 'listen') return listenToWebhooks(variables, args);
  const result = await commands.get(command)?.({ variables, args, note, write });
  if (result === undefined || result === null) return;
  if ('usage' in result) fail(result.usage, 2);
  else show(result, isJson);
}

/** Prints what a command did: to standard output, or to standard error if it failed. */
function show({ text, json, isDone, note: more }: Outcome, isJson: boolean): void {
  const shown = isJson ? JSON.stringify(json) : text;
  if (isDone) print(shown);
  else fail(shown, 1);
  if (more !== undefined && !isJson) note(more);
}

/** The variables of the process, and those of the file that --env-file names. `warn` receives what has no effect in that file. */
function variablesOf(envFile: string | null, warn: (sentence: string) => void): Variables {
  if (envFile !== null) {
    try {
      const variables = variablesWith(envFile, (file) => readFileSync(file, 'utf8'), process.env);
      for (const name of ineffectiveIn(variables, process.env))
        warn(`${name} has no effect in ${shown(envFile)}: set it in the environment of the process.`);
      return variables;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      throw new ConfigError(
        `--env-file: ${shown(envFile)} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}.`,
      );
    }
  }
  return process.env;
}

const envFileNote = 'The file .env in this folder was not read: add --env-file .env if it has settings.';

/** Whether there are probably settings that nobody has asked to read. */
function ignoresEnvFile(envFile: string | null): boolean {
  return envFile === null && existsSync('.env');
}

/** A stop that takes longer than this and the delay is cut: the next start continues from the rows. */
const stopWithinMs = 14_500;

/** A failed start has closed what it opened. The process exits after this time even if something still keeps it alive. */
const failWithinMs = 500;

async function start(variables: Variables, envFile: string | null): Promise<void> {
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
  if (ignoresEnvFile(envFile)) print(`${envFileNote}\n`);
}

/** A sentence for the operator while a command runs, apart from its result. */
function note(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** Prints the webhooks of a running gateway until Ctrl-C. */
async function listenToWebhooks(variables: Variables, args: readonly string[]): Promise<void> {
  const command = readListenCommand(args, variables);
  if ('usage' in command) return fail(command.usage, 2);
  const listening = await listen(command, print);
  const stop = () => {
    listening.close().then(
      () => process.exit(0),
      (error: unknown) => {
        const reason = error instanceof ListenRefused ? error.message : String(error);
        fail(`${reason}\nThe endpoint was not deleted: the next reelgate listen does that.`, 1);
      },
    );
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  print(`Listening to ${command.url}. Verify signatures with WEBHOOK_SECRET=${listening.secret}`);
}

/** A database without its credentials, for the banner. */
function shownDatabaseOf(databaseUrl: string): string {
  return databaseUrl.startsWith('file:') ? databaseUrl : `PostgreSQL at ${parseServerUrl(databaseUrl)?.place ?? '…'}`;
}

/** Waits while the reader of standard output is slower. A reader that has had enough, such as `head`, ends the command. */
async function write(text: string): Promise<void> {
  if (!process.stdout.listenerCount('error')) {
    process.stdout.once('error', () => process.exit(process.exitCode ?? 0));
  }
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
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
