import type { Job, Reelgate } from '../../client/src/index.ts';

/** Requests a video; returns the id of its job. */
export async function jobOf(kit: Reelgate, prompt: string): Promise<string> {
  const result = await kit.generate({ prompt });
  if (result.__typename !== 'GenerateVideoSuccess') throw new Error(result.message);
  return result.job.id;
}

/** All states that a watch brings, to its end. */
export async function collect(
  jobs: AsyncIterable<Job>,
  seen: (job: Job) => void = () => undefined,
): Promise<readonly Job[]> {
  const all: Job[] = [];
  for await (const job of jobs) {
    all.push(job);
    seen(job);
  }
  return all;
}
