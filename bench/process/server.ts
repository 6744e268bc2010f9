import { setImmediate } from 'node:timers/promises';
import type { Commands } from './commands.ts';

/** A job as clients see it: the fields that the benchmark's operations select, in the same order. */
export type PublicJob = {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly environment: string;
  readonly prompt: string;
  readonly aspectRatio: string;
  readonly seed: number;
  readonly charge: { readonly state: string; readonly credits: number };
  readonly createdAt: string;
  readonly submittedAt: string | null;
};

/** A user, and how many jobs of theirs are running. */
export type CastMember = { readonly owner: string; readonly jobs: number };

/** A job, its owner, and the quantiles that its progress is computed from. */
export type OwnedJob = { readonly owner: string; readonly job: PublicJob; readonly quantileSeconds: readonly number[] };

/** A change of all given jobs (by their index): each was polled, or moved to another state. */
export type JobChange = { readonly kind: 'polled' | 'moved'; readonly jobs: readonly number[] };

/** The commands of every server in the benchmark. */
export type ServerCommands = Commands & {
  port(): number;
  /** Uses these jobs. With none given the gateway creates each user's jobs. Returns them in the order of the cast. */
  jobs(input: {
    readonly cast: readonly CastMember[];
    readonly given: readonly OwnedJob[];
  }): Promise<readonly OwnedJob[]>;
  /** Stores the next change, if the server stores anything; publishes nothing yet. */
  prepare(change: JobChange): Promise<void>;
  /** Publishes the change to all subscribers, in one turn of the event loop. */
  publish(change: JobChange): void;
  /** The SQLite file from which HTTP requests read jobs, and feeds the events that a client missed. */
  database(file: string): void;
  /** The file in which peers store the jobs of `generateVideo`. */
  storage(file: string): void;
  /**
   * Collects young garbage. Preparing polls takes as many writes as there are jobs, and their garbage must not count as the cost of
   * publishing.
   */
  collect(): void;
  /** The memory of the process in bytes after garbage collection. */
  memory(): Promise<number>;
  /** Measures how long turns of the event loop take, until `longestTurn` is called. */
  watchTurns(): void;
  /** The longest turn since then, in milliseconds. */
  longestTurn(): number;
};

/** The gateway's commands. */
export type ReelgateCommands = ServerCommands & {
  /** The header of a request by the owner of all jobs; null where none is needed. */
  authorization(): string | null;
  /** Stores a video of this many bytes; returns the path of its URL. */
  video(byteSize: number): Promise<string>;
};

let longestMs = 0;

let isWatching = false;

/** The commands that measure a process from within. */
export const gauges = {
  collect(): void {
    // Survivors are old after two passes, and are not visited again.
    for (let pass = 0; pass < 2; pass += 1) globalThis.gc?.({ type: 'minor' });
  },
  async memory(): Promise<number> {
    for (let pass = 0; pass < 3; pass += 1) {
      globalThis.gc?.();
      await setImmediate();
    }
    return process.memoryUsage.rss();
  },
  watchTurns(): void {
    longestMs = 0;
    isWatching = true;
    watch().catch(() => undefined);
  },
  longestTurn(): number {
    isWatching = false;
    return longestMs;
  },
};

async function watch(): Promise<void> {
  let last = performance.now();
  while (isWatching) {
    await setImmediate();
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }
}
