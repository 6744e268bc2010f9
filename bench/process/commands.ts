import { profileCommands } from './profile.ts';

/** The commands of a benchmark process; inputs and results are JSON. */
export type Commands = Readonly<Record<string, (input: never) => unknown>>;

/** The commands of everything that polls. */
export type PollCommands = {
  /** Creates this many jobs to poll. */
  jobs(count: number): Promise<void>;
  /** Polls this many times, as fast as it can; returns the time in microseconds. */
  run(polls: number): Promise<number>;
  /** The memory of the process in bytes after garbage collection. */
  memory(): Promise<number>;
};

/** A command with a number, which its response carries, too. */
type CommandMessage = { readonly number: number; readonly command: string; readonly input: unknown };

/** The response to a command. */
export type CommandResponse = { readonly number: number; readonly value?: unknown; readonly error?: string };

/** The CPU time that this process has used so far, in microseconds, including the kernel's part and other threads. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Executes the parent's commands until the parent disconnects. */
export function serveCommands(commands: Commands): void {
  const all: Commands = { cpuMicros, ...profileCommands, ...commands };

  async function execute({ command, input }: CommandMessage): Promise<unknown> {
    // The parent's types pair each command with its input.
    const run = all[command] as ((input: unknown) => unknown) | undefined;
    if (run === undefined) throw new Error(`There is no command ${command}`);
    return await run(input);
  }

  const send = (response: CommandResponse) => process.send?.(response);
  process.on('message', (message: CommandMessage) => {
    execute(message).then(
      (value) => send({ number: message.number, value }),
      (error: unknown) =>
        send({ number: message.number, error: error instanceof Error ? String(error.stack) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
