// Prints the duration in seconds, the width and the height of the video file that is its argument; NaN for what the file does not say.
// The gateway runs it in a process of its own (src/adapter/media/facts.ts): a damaged file can keep a parser busy for ever.
import { open } from 'node:fs/promises';
import { CustomSource, Input, MATROSKA, MP4, MPEG_TS, QTFF, WEBM } from 'mediabunny';

// The tables of a video of ten minutes take less than a megabyte; a hostile file could ask for gigabytes of memory.
const maxReadBytes = 32 * 1024 * 1024;

const [path = ''] = process.argv.slice(2);
const handle = await open(path, 'r');
const { size } = await handle.stat();
let left = maxReadBytes;

async function read(start, end) {
  left -= end - start;
  if (left < 0) throw new Error('The file has larger tables than a video has.');
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) throw new Error('The file ended early.');
    filled += bytesRead;
  }
  return bytes;
}

const source = new CustomSource({ getSize: () => size, read });
const input = new Input({ formats: [MP4, QTFF, WEBM, MATROSKA, MPEG_TS], source });
const track = await input.getPrimaryVideoTrack();
const facts = [Number.NaN, Number.NaN, Number.NaN];
if (track !== null) {
  facts[0] = (await input.computeDuration().catch(() => input.getDurationFromMetadata())) ?? Number.NaN;
  facts[1] = await track.getDisplayWidth();
  facts[2] = await track.getDisplayHeight();
}
process.stdout.write(`${facts.join(' ')}\n`);
input.dispose();
await handle.close();
