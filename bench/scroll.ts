// Whether the dashboard's list of jobs scrolls smoothly: fills a gateway with jobs, scrolls through all of them in Chromium and back, and
// prints how long frames and tasks of the page's main thread took. Needs the Debian package chromium. On a busy machine a frame waits for
// its turn; the CPU time of tasks shows what the page itself costs.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../test/system/world/browser.ts';
import { makeFolder, request, startGateway, type TestGateway } from '../test/world/gateway.ts';
import { readTasks, type Tasks } from './trace.ts';

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '5000' }, width: { type: 'string', default: '1280' } },
});

const jobs = Number(values.jobs);

const slowMs = 50;

/** As a fast wheel does; a page of 800 px passes in six frames. */
const pxPerFrame = 130;

const askedAtOnce = 24;

const settings = {
  LOG_LEVEL: 'error',
  USER_REQUESTS_PER_MINUTE: '1000000',
  USER_JOBS_PER_MINUTE: '1000000',
  USER_JOBS_IN_FLIGHT: '1000000',
  VIDEO_PRICE_CREDITS: '0',
};

/** One row in twenty has a video with its poster; the others have failed, with a reason of their own. */
const prompts = ['@test/ok:0s', '@test/submit:406', '@test/submit:400'];

const generate = 'mutation ($input: GenerateVideoInput!) { generateVideo(input: $input) { __typename } }';

async function fill(gateway: TestGateway): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < jobs; at = next++) {
      const [ok = '', ...failing] = prompts;
      const scenario = at % 20 === 0 ? ok : (failing[at % failing.length] ?? ok);
      const prompt = `${scenario} Two people meet in an office and look at number ${at} of many plans`;
      await request(gateway, generate, { input: { prompt, externalId: `plan-${at}` } });
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, work));
}

/** Chromium has been seen to draw no more frames although its page is visible: after so long the run ends with an error. */
const standstillMs = 20_000;

/** Runs in the page: scrolls at each frame until the end of the page stays where it is. Fulfils with the times between frames, in ms. */
const scroll = (px: number) => `new Promise((resolve, reject) => {
  const frames = [];
  let counted = 0;
  const watch = setInterval(() => {
    if (frames.length === counted) reject(new Error('The browser has drawn no frame for ${standstillMs / 1000} s, after ' + counted));
    counted = frames.length;
  }, ${standstillMs});
  let [last, still, before] = [performance.now(), 0, -1];
  const next = (now) => {
    frames.push(now - last);
    last = now;
    still = scrollY === before ? still + 1 : 0;
    before = scrollY;
    if (still > 60 && !document.querySelector('.end')?.textContent.startsWith('Loading')) {
      clearInterval(watch);
      return resolve(frames);
    }
    scrollBy(0, ${px});
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})`;

type Pass = { readonly frames: readonly number[]; readonly tasks: Tasks };

async function pass(browser: Browser, page: Page, px: number): Promise<Pass> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  const frames = await page.evaluate<number[]>(scroll(px));
  return { frames, tasks: readTasks(await browser.stopTracing()) };
}

function print(name: string, { frames, tasks }: Pass): void {
  const slow = frames.filter((each) => each > slowMs).length;
  const longest = Math.max(...frames).toFixed(0);
  process.stdout.write(
    `${name.padEnd(34)} ${String(frames.length).padStart(6)} frames, ${slow} over ${slowMs} ms, longest ${longest} ms; ` +
      `tasks: ${tasks.over(slowMs, 'wall')} over ${slowMs} ms, ${tasks.over(slowMs, 'cpu')} of them by CPU time, ` +
      `longest ${tasks.longest('cpu').toFixed(0)} ms of CPU, ${(tasks.sum('cpu') / frames.length).toFixed(1)} ms of CPU a frame\n`,
  );
}

const folder = await makeFolder();
const gateway = await startGateway(folder.path, settings);
const browser = await openBrowser();
try {
  await fill(gateway);
  const page = await browser.newPage({ viewport: { width: Number(values.width), height: 800 } });
  await page.goto(`${gateway.url}/jobs`);
  await page.locator('.job-list li').first().waitFor();
  process.stdout.write(`${jobs} jobs, ${cpus().length} CPUs, load ${loadavg()[0]?.toFixed(1)}\n`);
  print('down, while rows are loaded', await pass(browser, page, pxPerFrame));
  print('up, through the rows', await pass(browser, page, -pxPerFrame));
  print('down, through the rows', await pass(browser, page, pxPerFrame));
} finally {
  await browser.close();
  await gateway.stop();
  await folder.remove();
}
