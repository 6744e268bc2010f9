import { copyFile, open, unlink } from 'node:fs/promises';
import type { VideoInspector } from '../../ports/video.ts';
import type { Clock, Log } from '../../ports.ts';
import { factsOf } from './facts.ts';
import { createLimitedProcesses } from './limited-process.ts';
import { drawFirstFrame } from './poster.ts';

/** What an inspector receives. */
export type InspectorOptions = {
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
  /** Finished posters, as paths by the SHA-256 of their videos: those of the sandbox. */
  readonly posters: ReadonlyMap<string, string>;
  /** The name or path of ffmpeg. */
  readonly ffmpeg?: string;
};

/** Reads facts from a video's own data, and has posters drawn by ffmpeg if this machine has it. Both in processes of their own. */
export function createInspector({ clock, log, posters, ffmpeg = 'ffmpeg' }: InspectorOptions): VideoInspector {
  const processes = createLimitedProcesses(clock);
  let last: Promise<unknown> = Promise.resolve();
  let isAbsent = false;

  function noteAbsence(): void {
    if (!isAbsent) log.info({}, 'Videos get no posters, because there is no ffmpeg on this machine.');
    isAbsent = true;
  }

  return {
    inspect: (path) => factsOf(processes, path),
    async poster({ path, sha256 }, to) {
      const finished = posters.get(sha256);
      if (finished !== undefined) {
        return copyFile(finished, to).then(
          () => true,
          () => false,
        );
      }
      if (isAbsent) return false;
      // One at a time: decoding takes a core.
      const drawing = last.then(() => drawFirstFrame(processes, ffmpeg, { video: path, to }));
      last = drawing;
      const { kind } = await drawing;
      if (kind === 'absent') noteAbsence();
      if (kind === 'done' && (await isJpeg(to))) return true;
      await unlink(to).catch(() => undefined);
      return false;
    },
    close: () => processes.close(),
  };
}

/** Whether a file begins as JPEG files do. */
async function isJpeg(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(3), 0, 3, 0);
    return bytesRead === 3 && buffer.toString('hex') === 'ffd8ff';
  } finally {
    await handle.close();
  }
}
