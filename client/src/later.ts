import { isBeingCopied } from './job.ts';
import { wait } from './wait.ts';

/** How often the job is read again: soon at first, then once a minute for an hour. */
const mostLooks = 65;

/** What this needs of a job; your own selection may have less than the kit's. */
type Ended = Parameters<typeof isBeingCopied>[0] & { readonly failure: { readonly code: string } | null };

/** How to read the job again, and what ends that early. `read` fulfils with null if the job is gone. */
type Reading<Job> = { readonly read: () => Promise<Job | null>; readonly signal: AbortSignal };

/**
 * The later states of a job that has ended, while more of its video may come: the copy with its poster, or a late video. Neither of the
 * two brings an event of this job, so it is read again, less and less often. A `read` that throws says nothing: the next one decides.
 */
export async function* laterStates<Job extends Ended>(
  job: Job,
  { read, signal }: Reading<Job>,
): AsyncGenerator<Job, void, void> {
  let last: Job | null = job;
  for (let look = 0; look < mostLooks && last !== null && isAwaited(last); look += 1) {
    await wait(Math.min(60_000, 1000 * 2 ** look), signal);
    if (signal.aborted) return;
    try {
      last = await read();
    } catch {
      continue;
    }
    if (last !== null) yield last;
  }
}

function isAwaited(job: Ended): boolean {
  return isBeingCopied(job) || (job.failure?.code === 'DEADLINE_EXCEEDED' && job.lateVideo === null);
}
