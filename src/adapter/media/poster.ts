import type { LimitedProcesses, ProcessEnd } from './limited-process.ts';

/**
 * Address space for decoding a frame of the largest usual size. The CPU time is what bounds the work: at a low priority a busy machine
 * lets it wait long for its second or two.
 */
const limits = { withinMs: 120_000, cpuSeconds: 15, addressKib: 1024 * 1024, isUrgent: false };

/** The longer side of a poster. */
const side = 1280;

/**
 * Only these kinds of files, and only the file itself: a playlist that is called a video could otherwise have other files of this machine
 * drawn into its poster.
 */
const formats = 'mov,matroska,webm,avi,mpeg,mpegts,ogg,flv';

const scale = `scale=w='min(${side},iw)':h='min(${side},ih)':force_original_aspect_ratio=decrease`;

/** Has ffmpeg write a video's first frame as JPEG. */
export function drawFirstFrame(
  processes: LimitedProcesses,
  ffmpeg: string,
  { video, to }: { readonly video: string; readonly to: string },
): Promise<ProcessEnd> {
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1'];
  const input = ['-protocol_whitelist', 'file', '-format_whitelist', formats, '-i', `file:${video}`];
  const output = ['-an', '-sn', '-dn', '-frames:v', '1', '-vf', scale, '-map_metadata', '-1'];
  const file = ['-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2', '-update', '1', `file:${to}`];
  return processes.run(ffmpeg, [...quiet, ...input, ...output, ...file], limits);
}
