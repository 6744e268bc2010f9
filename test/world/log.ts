import type { Log, LogFields } from '../../src/ports.ts';

/** A log that keeps its messages. */
export interface MemoryLog extends Log {
  /** The messages so far, oldest first. */
  messages(): readonly string[];
}

/** Creates an empty one. */
export function createMemoryLog(): MemoryLog {
  const messages: string[] = [];
  const keep = (_fields: LogFields, message: string) => void messages.push(message);
  return { debug: keep, info: keep, warn: keep, error: keep, messages: () => messages };
}
