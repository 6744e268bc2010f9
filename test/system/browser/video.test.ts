import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { eventually } from '../../server/world.ts';
import { makeFolder, request, startGateway, type TestGateway } from '../../world/gateway.ts';
import { hasBrowser, openBrowser } from '../world/browser.ts';

const isPlaying = 'document.querySelector("video")?.currentTime > 0.2';

/** A page's first HTML recipe below a heading of docs/video.md, and the second, and so on. */
function recipesBelow(heading: string): readonly string[] {
  const page = readFileSync(join(projectRoot(), 'docs/video.md'), 'utf8');
  const section = page.split(/^###? /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```html\n(.*?)^```$/gms)].map(([, text = '']) => text);
}

const placed = (recipe: string, videoUrl: string) =>
  recipe
    .replaceAll(/https:\/\/video\.example\.com\/videos\/[0-9a-f]{32}\.mp4/g, videoUrl)
    .replaceAll(/https:\/\/video\.example\.com\/videos\/[0-9a-f]{32}\.jpg/g, videoUrl.replace('.mp4', '.jpg'));

describe.runIf(hasBrowser)('a video in a real browser (needs the Debian package chromium)', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let browser: Browser;

  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path);
    browser = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await folder.remove();
  });

  async function makeVideo(prompt: string): Promise<{ readonly id: string; readonly videoUrl: string }> {
    const { data } = await request(
      gateway,
      `mutation ($input: GenerateVideoInput!) { generateVideo(input: $input) {
        ... on GenerateVideoSuccess { job { id videoUrl } } } }`,
      { input: { prompt } },
    );
    return data.generateVideo.job;
  }

  /** The URL of a video whose copy is made. */
  async function storedVideo(): Promise<string> {
    const { id, videoUrl } = await makeVideo('@test/ok:1s');
    const query = 'query ($id: ID!) { job(id: $id) { video { storage } } }';
    await eventually(async () => (await request(gateway, query, { id })).data.job.video?.storage).toBe('STORED');
    return videoUrl;
  }

  async function newPage(): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    onTestFinished(() => page.close());
    return page;
  }

  /** Serves a page on an origin of its own and opens it. `statuses`: of the responses of the gateway. */
  async function openElsewhere(body: string, headers: Readonly<Record<string, string>> = {}) {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers });
      response.end(`<!doctype html><title>Elsewhere</title>${body}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const page = await newPage();
    const statuses: number[] = [];
    page.on('response', (response) => {
      if (response.url().startsWith(gateway.url)) statuses.push(response.status());
    });
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    return { page, statuses };
  }

  /** Moves near the end before anything is played; fulfils with the place once a picture of it is there. */
  const seek = (page: Page): Promise<unknown> =>
    page.evaluate(`new Promise((resolve, reject) => {
      const video = document.querySelector('video');
      video.addEventListener('error', () => reject(new Error(video.error.message)));
      video.addEventListener('seeked', () => resolve(video.duration - video.currentTime));
      const move = () => void (video.currentTime = video.duration - 0.2);
      if (video.readyState > 0) move(); else video.addEventListener('loadedmetadata', move);
    })`);

  test('seeks at once on a page of another origin, also one with COEP, by a range', async () => {
    const videoUrl = await storedVideo();
    const element = `<video src="${videoUrl}" preload="metadata" muted></video>`;
    for (const headers of [{}, { 'cross-origin-embedder-policy': 'require-corp' }]) {
      const { page, statuses } = await openElsewhere(element, headers);
      expect(await seek(page)).toBeCloseTo(0.2, 1);
      expect(statuses).toContain(206);
      expect(statuses.filter((status) => status !== 206)).toEqual([]);
    }
  }, 240_000);

  test('plays in a tab of its own when play is pressed, although nothing else may run there', async () => {
    const page = await newPage();
    const response = await page.goto(await storedVideo());
    expect(response?.headers()['content-security-policy']).toBe('sandbox');
    // Timers and frames of a sandboxed page call nobody, so it is asked from outside.
    await eventually(() => page.evaluate('document.querySelector("video").readyState >= 2')).toBe(true);
    // It starts nothing by itself either: a person presses the space bar.
    await page.keyboard.press('Space');
    await eventually(() => page.evaluate(isPlaying)).toBe(true);
    expect(await page.evaluate('document.querySelector("video").videoWidth')).toBeGreaterThan(0);
  }, 240_000);

  test('has a poster that a page of another origin shows, and may draw on a canvas', async () => {
    const videoUrl = await storedVideo();
    const { page } = await openElsewhere(`<img crossorigin src="${videoUrl.replace('.mp4', '.jpg')}">`);
    const width = `(async () => {
      const image = document.querySelector('img');
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.getContext('2d').drawImage(image, 0, 0);
      return canvas.toDataURL().length > 100 ? image.naturalWidth : 0;
    })()`;
    expect(await page.evaluate(width)).toBeGreaterThan(0);
  }, 240_000);

  test('the recipes of docs/video.md play it: the short one waits 25 s, the other as long as it takes', async () => {
    const [short = '', long = ''] = recipesBelow('Plain HTML');
    const soon = await makeVideo('@test/ok:3s');
    const first = await openElsewhere(placed(short, soon.videoUrl));
    await first.page.waitForFunction('document.querySelector("video").readyState > 0');
    expect(first.statuses).not.toContain(404);

    // Longer than one request may wait.
    const late = await makeVideo('@test/ok:28s');
    const second = await openElsewhere(placed(long, late.videoUrl));
    await second.page.getByText('Your video is being made.').waitFor();
    await second.page.waitForFunction('document.querySelector("video").readyState > 0');
    expect(second.statuses[0]).toBe(404);
    expect(await second.page.getByText('Your video is being made.').count()).toBe(0);
  }, 240_000);

  test('the recipe says so if there will be no video', async () => {
    const [, long = ''] = recipesBelow('Plain HTML');
    const { videoUrl } = await makeVideo('@test/fail');
    const { page } = await openElsewhere(placed(long, videoUrl));
    await page.getByText('This video could not be made.').waitFor();
  }, 240_000);
});
