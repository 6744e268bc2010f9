import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';

/** A screenshot, shown from an instant on; in seconds. */
type Frame = { readonly at: number; readonly png: Buffer };

/** A part of the recording, and the factor by which it is sped up. */
type KeyRange = { readonly from: number; readonly until: number; readonly speed: number };

const size = { width: 960, height: 620 };

const framesPerSecond = 12;

const prompt = 'A barista pours latte art in morning light';

/** True if the machine can assemble pictures. */
export function hasFfmpeg(): boolean {
  return spawnSync('ffmpeg', ['-version']).status === 0;
}

/** Records a job from its prompt to the playing video and writes it as one animated WebP. The wait for the video is sped up. */
export async function animate(browser: Browser, url: string, file: string): Promise<void> {
  const context = await browser.newContext({ viewport: size, colorScheme: 'light', locale: 'en-GB' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const frames = await record(session);
  await page.goto(url);
  const isTyping = (await typePrompt(page)) / 1000;
  await page.getByRole('button', { name: /^Create ·/ }).click();
  await page.getByRole('progressbar').first().waitFor();
  const isWaiting = Date.now() / 1000;
  await page.locator('video[data-ready=true]').waitFor();
  const isPlaying = Date.now() / 1000;
  await pause(4000);
  await session.send('Page.stopScreencast');
  await context.close();
  const end = Date.now() / 1000;
  await encode(frames, file, [
    { from: isTyping, until: isWaiting, speed: 1 },
    { from: isWaiting, until: isPlaying, speed: 4 },
    { from: isPlaying, until: end, speed: 1 },
  ]);
}

/** Collects each frame that the browser draws. */
async function record(session: CDPSession): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    frames.push({ at: metadata.timestamp ?? Date.now() / 1000, png: Buffer.from(data, 'base64') });
    session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
  });
  await session.send('Page.startScreencast', { format: 'png', everyNthFrame: 2 });
  return frames;
}

/** Types as a person does; returns the start in epoch milliseconds. */
async function typePrompt(page: Page): Promise<number> {
  await page.getByTestId('available').waitFor();
  await page.getByText('Your videos will appear here.').waitFor();
  await pause(500);
  const beganAt = Date.now();
  await page.getByLabel('Prompt').click();
  await page.keyboard.type(prompt, { delay: 45 });
  await pause(500);
  return beganAt;
}

async function encode(frames: readonly Frame[], file: string, stretches: readonly KeyRange[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-frames-'));
  try {
    const first = stretches[0]?.from ?? 0;
    // The last frame before the start shows what the page looks like then.
    const start = frames.findLastIndex(({ at }) => at <= first);
    const lines: string[] = [];
    for (const [index, { at, png }] of frames.slice(Math.max(0, start)).entries()) {
      const next = frames[Math.max(0, start) + index + 1]?.at ?? at + 1;
      await writeFile(join(folder, `${index}.png`), png);
      lines.push(`file '${index}.png'`, `duration ${shownSeconds(at, next, stretches)}`);
    }
    await writeFile(join(folder, 'frames.txt'), `${lines.join('\n')}\n`);
    const input = ['-y', '-loglevel', 'error', '-f', 'concat', '-safe', '0', '-i', join(folder, 'frames.txt')];
    const filter = `fps=${framesPerSecond},scale=${size.width}:${size.height}`;
    const webp = ['-c:v', 'libwebp_anim', '-quality', '92', '-compression_level', '6', '-loop', '0', file];
    execFileSync('ffmpeg', [...input, '-vf', filter, ...webp], { stdio: 'inherit' });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** How long to show the time between two frames. */
function shownSeconds(from: number, until: number, stretches: readonly KeyRange[]): number {
  return stretches.reduce((sum, keyRange) => {
    const common = Math.min(until, keyRange.until) - Math.max(from, keyRange.from);
    return sum + Math.max(0, common) / keyRange.speed;
  }, 0);
}
