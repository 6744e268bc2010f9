import { createSystemClock } from '../adapter/clock/system.ts';
import { openStore } from '../adapter/store/open.ts';
import { printAudit, readAuditCommand } from '../cli/audit.ts';
import { readConfig } from '../config/config.ts';
import type { Variables } from '../config/env.ts';
import type { Store } from '../ports.ts';
import { commandWaitMs } from './backup.ts';

/** Where a command writes: its result, a sentence for the operator apart from it, and why it failed, with an exit code. */
export type Output = {
  readonly print: (text: string) => void;
  readonly note: (sentence: string) => void;
  readonly fail: (text: string, exitCode: number) => void;
};

/** A command of the operator on the database, beside a running gateway or without one. */
type StoreCommand = (variables: Variables, args: readonly string[], output: Output) => Promise<void>;

/** Prints the audit log. */
export const auditCommand: StoreCommand = async (variables, args, output) => {
  const command = readAuditCommand(args);
  if ('usage' in command) return output.fail(command.usage, 2);
  await withStore(variables, output, (store) => printAudit(store, command, output.print));
};

/** Opens the database of the settings, which must exist, and closes it after `use`. */
export async function withStore(
  variables: Variables,
  { note }: Output,
  use: (store: Store) => Promise<void>,
): Promise<void> {
  const { databaseUrl } = readConfig(variables);
  const { newId } = createSystemClock();
  const beside = { newId, exclusive: false, mustExist: true, waitMs: commandWaitMs, warn: note };
  const store = await openStore(databaseUrl, beside);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}
