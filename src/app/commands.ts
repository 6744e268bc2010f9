import { createSystemClock } from '../adapter/clock/system.ts';
import { copyStore } from '../adapter/store/copy.ts';
import { openStore } from '../adapter/store/open.ts';
import { readKeyCommand, runKeyCommand } from '../cli/api-key.ts';
import { auditOutcome, readAuditCommand } from '../cli/audit.ts';
import { postgresText, readBackupCommand, readRestoreCommand } from '../cli/backup.ts';
import { readGrantCommand, readRefundCommand, runGrant, runRefund } from '../cli/bookings.ts';
import { readBudgetCommand, runBudgetCommand } from '../cli/budget.ts';
import { readCopyUrls } from '../cli/copy.ts';
import { readEraseCommand, runEraseCommand } from '../cli/erase.ts';
import { readExportCommand, runExport } from '../cli/export.ts';
import { lossesOutcome } from '../cli/losses.ts';
import { movedText, readMediaCommand, readMoveTarget, variablesOfMove } from '../cli/media.ts';
import { doneOutcome, failedOutcome, type Outcome } from '../cli/outcome.ts';
import { type Config, readConfig } from '../config/config.ts';
import type { Variables } from '../config/env.ts';
import { testSignupCredits } from '../domain/ledger.ts';
import { type Bookings, createBookings } from '../gateway/bookings.ts';
import { createBudgetVerbs } from '../gateway/budgets.ts';
import { createKeyring } from '../gateway/credentials.ts';
import { createEraseUser } from '../gateway/erasure.ts';
import { createExporter } from '../gateway/export.ts';
import type { Clock, Store } from '../ports.ts';
import { backUp, commandWaitMs, restore, restoreHere } from './backup.ts';
import { moveMedia } from './move.ts';

/** What a command is run with. `note` receives a sentence for the operator while it runs, apart from its result. */
type CommandInput = {
  readonly variables: Variables;
  readonly args: readonly string[];
  readonly note: (sentence: string) => void;
  /** Writes a piece of a long result; fulfils when the reader has room for more. */
  readonly write: (text: string) => Promise<void>;
};

/** Runs a command to its end; null: it has written its result itself. `usage`: the arguments are wrong, and this text explains them. */
export type Command = (input: CommandInput) => Promise<Outcome | { readonly usage: string } | null>;

/** The commands that end by themselves. Those that change a running installation work beside its gateway. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['losses', (input) => besideGateway(input, readConfig(input.variables), lossesOutcome)],
  ['key', key],
  ['grant', grant],
  ['refund', refund],
  ['export', exportCommand],
  ['audit', audit],
  ['budget', budget],
  ['erase', erase],
  ['backup', backup],
  ['restore', restoreCommand],
  ['copy', copy],
  ['media', media],
]);

/** Opens the database beside the process that serves it, or before the first start if it need not exist, for as long as `use` runs. */
async function besideGateway<T>(
  { note }: CommandInput,
  { databaseUrl }: Pick<Config, 'databaseUrl'>,
  use: (store: Store, clock: Clock) => Promise<T>,
  mustExist = true,
): Promise<T> {
  const clock = createSystemClock();
  const waiting = { waitMs: commandWaitMs, warn: note };
  const store = await openStore(databaseUrl, { newId: clock.newId, exclusive: false, mustExist, ...waiting });
  try {
    return await use(store, clock);
  } finally {
    await store.close();
  }
}

/** Creates, lists and revokes keys; a key can be created before the first start. */
async function key(input: CommandInput): ReturnType<Command> {
  const command = readKeyCommand(input.args, createSystemClock().now());
  if ('usage' in command) return command;
  const run = (store: Store, clock: Clock) => runKeyCommand(command, createKeyring({ store, clock }));
  return besideGateway(input, readConfig(input.variables), run, command.kind !== 'create');
}

/** Books a grant; it can be booked before the first start, too. */
async function grant(input: CommandInput): ReturnType<Command> {
  const command = readGrantCommand(input.args);
  if ('usage' in command) return command;
  const config = readConfig(input.variables);
  return besideGateway(input, config, (store, clock) => runGrant(command, bookingsOf(config, store, clock)), false);
}

/** Books a refund. */
async function refund(input: CommandInput): ReturnType<Command> {
  const command = readRefundCommand(input.args);
  if ('usage' in command) return command;
  const config = readConfig(input.variables);
  return besideGateway(input, config, (store, clock) => runRefund(command, bookingsOf(config, store, clock), store));
}

/** Writes jobs, ledger entries or the audit log. */
async function exportCommand(input: CommandInput): ReturnType<Command> {
  const request = readExportCommand(input.args);
  if ('usage' in request) return request;
  const run = (store: Store, clock: Clock) =>
    runExport(request, createExporter({ store, clock: keepingAlive(clock) }), input.write);
  return besideGateway(input, readConfig(input.variables), run);
}

/** The clock's timers do not keep a process alive: a command has nothing else that does while it waits. */
function keepingAlive({ now }: Clock): Pick<Clock, 'now' | 'after'> {
  return {
    now,
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

function bookingsOf({ liveSignupCredits }: Config, store: Store, clock: Clock): Bookings {
  return createBookings({ store, clock, signupCredits: { LIVE: liveSignupCredits, TEST: testSignupCredits } });
}

/** Lists the audit log. */
async function audit(input: CommandInput): ReturnType<Command> {
  const command = readAuditCommand(input.args);
  if ('usage' in command) return command;
  return besideGateway(input, readConfig(input.variables), (store) => auditOutcome(store, command));
}

/** Sets, removes and lists budgets; a gateway that runs beside it heeds them from its next job on. */
async function budget(input: CommandInput): ReturnType<Command> {
  const command = readBudgetCommand(input.args);
  if ('usage' in command) return command;
  const config = readConfig(input.variables);
  return besideGateway(input, config, (store, clock) =>
    runBudgetCommand(command, createBudgetVerbs({ store, clock, defaults: config.budgets })),
  );
}

/** Orders the erasure of a user. */
async function erase(input: CommandInput): ReturnType<Command> {
  const command = readEraseCommand(input.args);
  if ('usage' in command) return command;
  return besideGateway(input, readConfig(input.variables), (store, clock) =>
    runEraseCommand(command, createEraseUser({ store, clock })),
  );
}

/** Writes a SQLite database to a file, beside a running gateway; says how for PostgreSQL. */
async function backup({ variables, args }: CommandInput): ReturnType<Command> {
  const command = readBackupCommand(args);
  if ('usage' in command) return command;
  const config = readConfig(variables);
  if (!config.databaseUrl.startsWith('file:')) {
    return failedOutcome(postgresText(config.databaseUrl, 'backup', command.file));
  }
  return backUp(config, command.file, command.force);
}

/** Restores a backup, or begins anew after a restore by other means; no gateway may run. */
async function restoreCommand({ variables, args, note }: CommandInput): ReturnType<Command> {
  const command = readRestoreCommand(args);
  if ('usage' in command) return command;
  const config = readConfig(variables);
  const { file, isComplete } = command;
  if (file === null) return restoreHere(config, command, note);
  if (!config.databaseUrl.startsWith('file:')) return failedOutcome(postgresText(config.databaseUrl, 'restore', file));
  return restore(config, { file, isComplete }, note);
}

/** Copies a stopped SQLite installation to PostgreSQL. */
async function copy({ args, note }: CommandInput): ReturnType<Command> {
  const urls = readCopyUrls(args);
  if ('usage' in urls) return urls;
  const copied = await copyStore(urls.from, urls.to, { forMs: commandWaitMs, report: note });
  const rows = [...copied].map(([table, count]) => `  ${table.padEnd(16)} ${count}`);
  const text = [
    'Copied; row counts and sums match on both sides. Rows:',
    ...rows,
    'Videos and posters stay where they are: keep MEDIA_STORE, or move them with reelgate media move.',
    'Now start the gateway with the new DATABASE_URL.',
  ];
  return doneOutcome(text.join('\n'), { rows: Object.fromEntries(copied) });
}

/** Copies all videos to another store; works while a gateway is running. */
async function media({ variables, args, note }: CommandInput): ReturnType<Command> {
  const command = readMediaCommand(args);
  if ('usage' in command) return command;
  const settings = variablesOfMove(variables);
  const config = readConfig(settings);
  const to = readMoveTarget(command.to, config.media.store, settings);
  const moved = await moveMedia(config, to, note);
  return { text: movedText(moved), json: moved, isDone: moved.damaged.length === 0 };
}
