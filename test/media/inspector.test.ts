import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { createInspector } from '../../src/adapter/media/inspector.ts';
import { sandboxPosters } from '../../src/adapter/provider/sandbox/poster-files.ts';
import { projectRoot } from '../../src/lib/package.ts';
import type { Clock } from '../../src/ports.ts';
import { newFolder } from '../blob/world.ts';
import { createManualClock } from '../world/clock.ts';

const videos = join(projectRoot(), 'src', 'adapter', 'provider', 'sandbox', 'videos');

/** An inspector with the lines that it logged. `ffmpeg`: by default none. */
function create(options: { ffmpeg?: string; posters?: ReadonlyMap<string, string>; clock?: Clock } = {}) {
  const lines: string[] = [];
  const note = (_: object, message: string) => void lines.push(message);
  const inspector = createInspector({
    clock: options.clock ?? createSystemClock(),
    log: { debug: note, info: note, warn: note, error: note },
    posters: options.posters ?? new Map(),
    ffmpeg: options.ffmpeg ?? '/nowhere/ffmpeg',
  });
  onTestFinished(() => inspector.close());
  return { inspector, lines };
}

/** A program in place of ffmpeg: a shell script, with the poster's path as its last argument. */
function program(body: string): string {
  const path = join(newFolder(), 'ffmpeg');
  writeFileSync(path, `#!/bin/sh\nfor last; do :; done\nto=\${last#file:}\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const received = (path: string) => {
  const bytes = readFileSync(path);
  return { path, byteSize: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};

describe('the facts of a video', () => {
  it.each([
    ['landscape-16-9.mp4', 640, 360],
    ['portrait-9-16.mp4', 360, 640],
    ['square-1-1.mp4', 480, 480],
    ['landscape-4-3.mp4', 560, 420],
    ['portrait-3-4.mp4', 420, 560],
  ])('%s takes 4 s and has %d × %d pixels', async (name, width, height) => {
    expect(await create().inspector.inspect(join(videos, name))).toEqual({ durationSeconds: 4, width, height });
  });

  it('are unknown for a file that is no video, is damaged or is not there', async () => {
    const folder = newFolder();
    const bytes = readFileSync(join(videos, 'square-1-1.mp4'));
    const wrong = {
      empty: Buffer.alloc(0),
      noise: randomBytes(100_000),
      text: Buffer.from('<html>'),
      cut: bytes.subarray(0, 100),
      zeros: Buffer.alloc(100_000),
      // A box that claims four gigabytes.
      huge: Buffer.concat([
        Buffer.from('\0\0\0\x20ftypisom\0\0\0\0', 'latin1'),
        Buffer.alloc(12),
        Buffer.from('\xff\xff\xff\xfemoov', 'latin1'),
      ]),
    };
    const { inspector } = create();
    for (const [name, content] of Object.entries(wrong)) {
      writeFileSync(join(folder, name), content);
      expect([name, await inspector.inspect(join(folder, name))]).toEqual([
        name,
        { durationSeconds: null, width: null, height: null },
      ]);
    }
    expect(await inspector.inspect(join(folder, 'missing'))).toEqual({
      durationSeconds: null,
      width: null,
      height: null,
    });
  });

  it('of a damaged video that keeps its parser busy for ever are unknown, and the gateway goes on meanwhile', async () => {
    const bytes = readFileSync(join(videos, 'square-1-1.mp4'));
    // An entry of the sample tables that claims two billion samples.
    bytes[928] = 0xff;
    const path = join(newFolder(), 'busy.mp4');
    writeFileSync(path, bytes);
    const clock = createManualClock();
    const inspecting = create({ clock }).inspector.inspect(path);
    await clock.advance(20_000);
    expect(await inspecting).toEqual({ durationSeconds: null, width: null, height: null });
  });
});

describe('a poster', () => {
  it('of each of the sandbox’s videos is there without ffmpeg', async () => {
    const { inspector } = create({ posters: sandboxPosters() });
    const names = readdirSync(videos).filter((name) => name.endsWith('.mp4'));
    expect(names).toHaveLength(5);
    for (const name of names) {
      const to = join(newFolder(), 'poster.jpg');
      expect(await inspector.poster(received(join(videos, name)), to)).toBe(true);
      expect(readFileSync(to).equals(readFileSync(join(videos, name.replace('mp4', 'jpg'))))).toBe(true);
    }
  });

  it('is missing where there is no ffmpeg, which is said once', async () => {
    const { inspector, lines } = create();
    const to = join(newFolder(), 'poster.jpg');
    const video = received(join(videos, 'square-1-1.mp4'));
    expect(await inspector.poster(video, to)).toBe(false);
    expect(await inspector.poster(video, to)).toBe(false);
    expect(lines).toEqual(['Videos get no posters, because there is no ffmpeg on this machine.']);
  });
});

describe.runIf(process.platform !== 'win32')('the program that draws posters', () => {
  const video = received(join(videos, 'square-1-1.mp4'));

  it('gets no settings of the gateway, a low priority, no input, and only the protocol of files', async () => {
    const folder = newFolder();
    const ffmpeg =
      program(`env > ${folder}/env; echo "$@" > ${folder}/args; nice > ${folder}/nice; cat > ${folder}/input
      ulimit -v > ${folder}/memory; printf '\\377\\330\\377' > "$to"`);
    process.env['TEST_ONLY_SECRET'] = 'SG_0123456789abcdef';
    onTestFinished(() => void delete process.env['TEST_ONLY_SECRET']);
    expect(await create({ ffmpeg }).inspector.poster(video, join(folder, 'poster.jpg'))).toBe(true);
    const text = (name: string) => readFileSync(join(folder, name), 'utf8');
    expect(text('env')).not.toContain('SECRET');
    expect(text('args')).toContain('-protocol_whitelist file -format_whitelist mov,');
    expect(text('args')).toContain('-nostdin');
    expect(Number(text('nice'))).toBeGreaterThanOrEqual(10);
    expect(text('input')).toBe('');
    expect(Number(text('memory'))).toBe(1024 * 1024);
  });

  it.each([
    ['fails', 'exit 1'],
    ['writes nothing', 'exit 0'],
    ['writes no JPEG', 'echo "<html>" > "$to"'],
    ['fails with half a file', `printf '\\377\\330\\377' > "$to"; exit 69`],
    ['is killed', 'kill -9 $$'],
  ])('that %s leaves no poster', async (_, body) => {
    const to = join(newFolder(), 'poster.jpg');
    expect(await create({ ffmpeg: program(body) }).inspector.poster(video, to)).toBe(false);
    expect(existsSync(to)).toBe(false);
  });

  it('is killed after two minutes, and the next poster can be drawn', async () => {
    const folder = newFolder();
    const ffmpeg = program(
      `if [ -e ${folder}/once ]; then printf '\\377\\330\\377' > "$to"; exit; fi; touch ${folder}/once; exec sleep 1000`,
    );
    const clock = createManualClock();
    const { inspector } = create({ ffmpeg, clock });
    const first = inspector.poster(video, join(folder, 'first.jpg'));
    await expect.poll(() => existsSync(join(folder, 'once'))).toBe(true);
    await clock.advance(120_000);
    expect(await first).toBe(false);
    expect(await inspector.poster(video, join(folder, 'second.jpg'))).toBe(true);
  });

  it('is killed when the gateway stops', async () => {
    const folder = newFolder();
    const { inspector } = create({
      ffmpeg: program(`echo $$ > ${folder}/pid; exec sleep 1000`),
      clock: createManualClock(),
    });
    const drawing = inspector.poster(video, join(folder, 'poster.jpg'));
    await expect
      .poll(() => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8').trim())
      .toMatch(/\d/);
    await inspector.close();
    expect(await drawing).toBe(false);
    expect(() => process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0)).toThrow('ESRCH');
    expect(await inspector.poster(video, join(folder, 'poster.jpg'))).toBe(false);
  });
});
