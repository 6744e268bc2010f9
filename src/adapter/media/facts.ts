import { join } from 'node:path';
import { projectRoot } from '../../lib/package.ts';
import type { VideoFacts } from '../../ports/video.ts';
import type { LimitedProcesses } from './limited-process.ts';

/** Nothing is known of a file. */
const noFacts: VideoFacts = { durationSeconds: null, width: null, height: null };

/** At this process’s own priority: it takes a fraction of a second, and a copy waits for it. */
const limits = { withinMs: 20_000, cpuSeconds: 10, addressKib: null, isUrgent: true };

/** Of the program's own objects; what it reads of a file is bounded by itself. */
const heapMib = 128;

/**
 * Reads facts in a process of its own: a damaged file can keep a parser busy for ever, which must not be the gateway's event loop.
 * A file that is no video, or takes too long, has no facts.
 */
export async function factsOf(processes: LimitedProcesses, video: string): Promise<VideoFacts> {
  const program = join(projectRoot(), 'bin', 'video-facts.js');
  const args = [`--max-old-space-size=${heapMib}`, program, video];
  const { kind, output } = await processes.run(process.execPath, args, limits);
  return kind === 'done' ? readFacts(output) : noFacts;
}

/** Parses what the program printed: three numbers or nulls. */
function readFacts(output: string): VideoFacts {
  const numbers = /^(\S+) (\S+) (\S+)\n$/.exec(output)?.slice(1).map(Number) ?? [];
  const [durationSeconds = null, width = null, height = null] = numbers.map((each) =>
    Number.isFinite(each) && each > 0 ? each : null,
  );
  return { durationSeconds, width, height };
}
