/** Open resources, closed in reverse order by a shutdown or by a start that fails half-way. */
export interface CloseStack {
  /** Adds a function that closes a resource. */
  push(close: () => Promise<void> | void): void;
  /** Closes everything, last opened first, even after a failure; rejects with the first failure. A second call waits for the first. */
  closeAll(): Promise<void>;
  /** As `closeAll`, after a failed start: never rejects, and waits at most so many milliseconds. */
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
