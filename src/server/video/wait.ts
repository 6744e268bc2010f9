import type { Job } from '../../domain/job.ts';
import { every } from '../../lib/every.ts';
import { type Bell, type Clock, jobTopic } from '../../ports.ts';

/** A request waits until `isOver` holds for its job, which `find` reads again: at most so many seconds, or until `signal` aborts. */
type Wanted = {
  readonly job: Job;
  readonly find: () => Promise<Job | null>;
  readonly isOver: (job: Job) => boolean;
  readonly seconds: number;
  readonly signal: AbortSignal;
};

/** Holds requests until their job has what they ask for. */
export interface VideoWait {
  /**
   * Fulfils with the job once it is over, and with its newest state when the time has passed, the client has gone, the gateway stops, or
   * too many requests wait already. Null if the job is gone.
   */
  until(wanted: Wanted): Promise<Job | null>;
  /** Lets every request go. */
  close(): void;
}

type WaitDeps = {
  readonly bell: Pick<Bell, 'listen'>;
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
};

type Waiting = { readonly endsAt: number; readonly leave: () => void };

/** Each waiting request holds a connection and a place at the bell. */
const mostWaiting = 1000;

/** One timer looks after all requests. */
const checkedEveryMs = 500;

/** Creates the waiting room. A ring makes it read the job again; the end of the time reads it once more, in case a ring was lost. */
export function createVideoWait({ bell, clock }: WaitDeps): VideoWait {
  const waiting = new Set<Waiting>();
  let stopTimer: (() => void) | null = null;

  function sweep(): void {
    const now = clock.monotonic();
    for (const each of [...waiting]) if (now >= each.endsAt) each.leave();
  }

  function forget(each: Waiting): void {
    waiting.delete(each);
    if (waiting.size > 0) return;
    stopTimer?.();
    stopTimer = null;
  }

  /** Waits for a job. `done` fulfils when `isOver` holds, or the waiting ends; `leave` ends it. */
  function enter({ job, find, isOver, seconds, signal }: Wanted) {
    const { promise: done, resolve } = withResolvers();
    let isRung = false;
    let isReading = false;
    async function readAgain(): Promise<void> {
      while (isRung) {
        isRung = false;
        const found = await find();
        if (found === null || isOver(found)) each.leave();
      }
    }
    const stopListening = bell.listen(jobTopic(job.id), () => {
      isRung = true;
      if (isReading) return;
      isReading = true;
      readAgain().then(
        () => {
          isReading = false;
        },
        () => each.leave(),
      );
    });
    const each: Waiting = {
      endsAt: clock.monotonic() + seconds * 1000,
      leave() {
        stopListening();
        signal.removeEventListener('abort', each.leave);
        forget(each);
        resolve();
      },
    };
    waiting.add(each);
    stopTimer ??= every(clock, checkedEveryMs, sweep);
    signal.addEventListener('abort', each.leave);
    return { done, leave: each.leave };
  }

  return {
    async until(wanted) {
      const { job, find, isOver, seconds, signal } = wanted;
      if (isOver(job) || seconds === 0 || signal.aborted || waiting.size >= mostWaiting) return job;
      const { done, leave } = enter(wanted);
      try {
        // It may have changed before the bell was listened to.
        const newest = await find();
        if (newest === null || isOver(newest)) return newest;
        await done;
        return await find();
      } finally {
        leave();
      }
    },
    close() {
      for (const each of [...waiting]) each.leave();
    },
  };
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
