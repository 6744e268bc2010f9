/** What was opened and has to be closed again, the last first: by a shutdown, and by a start that fails half-way. */
export interface CloseStack {
  /** Puts what closes a thing on top of what was opened before it. */
  push(close: () => Promise<void> | void): void;
  /** Closes all, the last first, each also where one above it failed; rejects with the first failure. What is called again waits for the same. */
  closeAll(): Promise<void>;
  /** The same for a start that failed with an error of its own: never rejects, and waits no longer than so many milliseconds. */
  closeWithin(ms: number): Promise<void>;
}

/** An empty stack. */
export function createCloseStack(): CloseStack {
  const stack: (() => Promise<void> | void)[] = [];
  let closing: Promise<void> | null = null;

  async function closeEach(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = stack.pop(); close !== undefined; close = stack.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  return {
    push: (close) => void stack.push(close),
    closeAll() {
      closing ??= closeEach();
      return closing;
    },
    async closeWithin(ms) {
      let late: NodeJS.Timeout | undefined;
      const tooLate = new Promise<void>((resolve) => {
        late = setTimeout(resolve, ms);
      });
      await Promise.race([this.closeAll().catch(() => undefined), tooLate]);
      clearTimeout(late);
    },
  };
}
