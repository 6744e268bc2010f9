import { setImmediate } from 'node:timers/promises';
import type { Verbs } from './verbs.ts';

/** A job as clients see it: the fields that the benchmark's operations select, in that order. */
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

/** What happens at once: each of the jobs (by its place in the list) was looked at, or moved to another state. */
export type Happening = { readonly kind: 'polled' | 'moved'; readonly jobs: readonly number[] };

/** What every server of the benchmark does when it is asked to. */
export type ServerVerbs = Verbs & {
  port(): number;
  /** Takes these jobs as those that there are. The gateway makes jobs of its own, and answers with them. */
  jobs(input: { readonly count: number; readonly given: readonly PublicJob[] }): Promise<readonly PublicJob[]>;
  /** Stores what is going to happen, where the server stores anything; nobody is told yet. */
  prepare(happening: Happening): Promise<void>;
  /** Tells everybody who subscribed, in one turn of the event loop. */
  tell(happening: Happening): void;
  /** Where jobs are read from by HTTP, as an SQLite file. */
  database(file: string): void;
  /** Where peers store what `generateVideo` asks for. */
  storage(file: string): void;
  /** Collects what is young and garbage: looks are prepared by as many writes as there are jobs, and none of that is in the figure of telling. */
  collect(): void;
  /** The memory of the process in bytes, garbage collected. */
  memory(): Promise<number>;
  /** Watches how long turns of the event loop take, until `longestTurn` is asked for. */
  watchTurns(): void;
  /** The longest turn since, in milliseconds. */
  longestTurn(): number;
};

let longestMs = 0;

let isWatching = false;

/** The verbs that measure a process from within. */
export const gauges = {
  collect(): void {
    // What survives is old after two passes, and is not visited again.
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
