import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import { createInspector } from '../../../src/adapter/media/inspector.ts';
import { projectRoot } from '../../../src/lib/package.ts';
import { newFolder } from '../../blob/world.ts';
import { createMemoryLog } from '../../world/log.ts';

/** With CI set the tests always run, so that a missing ffmpeg is a failure; elsewhere they are skipped. */
const hasFfmpeg = process.env['CI'] === 'true' || spawnSync('ffmpeg', ['-version']).status === 0;

const videos = join(projectRoot(), 'src', 'adapter', 'provider', 'sandbox', 'videos');

function create() {
  const inspector = createInspector({ clock: createSystemClock(), log: createMemoryLog(), posters: new Map() });
  onTestFinished(() => inspector.close());
  return inspector;
}

function received(path: string) {
  const bytes = readFileSync(path);
  return { path, byteSize: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Width and height of a JPEG, as its frame header has them. */
function sizeOf(path: string): readonly [number, number] {
  const bytes = readFileSync(path);
  const at = bytes.findIndex((byte, index) => byte === 0xff && [0xc0, 0xc2].includes(bytes[index + 1] ?? 0));
  return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
}

/** A video of another size, made by ffmpeg itself. */
function makeVideo(size: string, extension = 'mp4'): string {
  const path = join(newFolder(), `video.${extension}`);
  const source = ['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=5:duration=1`];
  execFileSync('ffmpeg', ['-v', 'error', ...source, '-pix_fmt', 'yuv420p', path]);
  return path;
}

describe.runIf(hasFfmpeg)('ffmpeg', () => {
  it('draws the first frame of a video that has no finished poster', async () => {
    const to = join(newFolder(), 'poster.jpg');
    expect(await create().poster(received(join(videos, 'portrait-9-16.mp4')), to)).toBe(true);
    expect(sizeOf(to)).toEqual([360, 640]);
  });

  it('draws large videos at no more than 1280 pixels, and WebM as well', async () => {
    const folder = newFolder();
    expect(await create().poster(received(makeVideo('2560x1440')), join(folder, 'large.jpg'))).toBe(true);
    expect(sizeOf(join(folder, 'large.jpg'))).toEqual([1280, 720]);
    expect(await create().poster(received(makeVideo('320x240', 'webm')), join(folder, 'webm.jpg'))).toBe(true);
    expect(sizeOf(join(folder, 'webm.jpg'))).toEqual([320, 240]);
  });

  it('opens no other file of this machine and no address, whatever a playlist that is called a video says', async () => {
    const folder = newFolder();
    const secret = makeVideo('320x240');
    const playlists = {
      hls: `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${secret}\n#EXT-X-ENDLIST\n`,
      remote: '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:1/v.mp4\n#EXT-X-ENDLIST\n',
      concat: `ffconcat version 1.0\nfile '${secret}'\n`,
      dash: `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>file://${secret}</BaseURL></MPD>`,
      sdp: 'v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n',
      noise: 'no video at all',
    };
    for (const [name, text] of Object.entries(playlists)) {
      const path = join(folder, `${name}.mp4`);
      writeFileSync(path, text);
      expect([name, await create().poster(received(path), join(folder, `${name}.jpg`))]).toEqual([name, false]);
      expect(existsSync(join(folder, `${name}.jpg`))).toBe(false);
    }
  });
});
