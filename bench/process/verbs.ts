/** What a process of the benchmark does when it is asked to; whatever it takes and gives is JSON. */
export type Verbs = Readonly<Record<string, (input: never) => unknown>>;

/** What everything that polls does when it is asked to. */
export type PollVerbs = {
  /** Makes so many jobs to be polled. */
  jobs(count: number): Promise<void>;
  /** Polls so many times, as fast as it can; how long that took, in microseconds. */
  run(polls: number): Promise<number>;
  /** The memory of the process in bytes, garbage collected. */
  memory(): Promise<number>;
};

/** What is asked, under a number that the answer carries. */
type Asked = { readonly number: number; readonly verb: string; readonly input: unknown };

/** What came of it. */
export type Answered = { readonly number: number; readonly value?: unknown; readonly error?: string };

/** The CPU time that this process has used so far, in microseconds; its kernel's part and its other threads included. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Answers what the parent asks of this process, until the parent is gone. */
export function answerWith(verbs: Verbs): void {
  const all: Verbs = { cpuMicros, ...verbs };

  async function answer({ verb, input }: Asked): Promise<unknown> {
    // The parent's types pair each verb with its input.
    const run = all[verb] as ((input: unknown) => unknown) | undefined;
    if (run === undefined) throw new Error(`There is no verb ${verb}`);
    return await run(input);
  }

  const send = (answered: Answered) => process.send?.(answered);
  process.on('message', (asked: Asked) => {
    answer(asked).then(
      (value) => send({ number: asked.number, value }),
      (error: unknown) =>
        send({ number: asked.number, error: error instanceof Error ? String(error.stack) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
