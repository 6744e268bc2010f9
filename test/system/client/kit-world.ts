import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, type BrowserServer, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { browserOptions } from '../world/browser.ts';

const root = projectRoot();

const videos = join(root, 'src/adapter/provider/sandbox/videos');

const video = join(videos, readdirSync(videos).find((name) => name.endsWith('.mp4')) ?? '');

/** The bundle of the tests' page, test/client/page/main.tsx. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test/client/page/main.tsx')],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    target: 'es2022',
    // StrictMode mounts twice only in React's development build.
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  return outputFiles[0]?.text ?? '';
}

/** A browser that can be put to sleep. */
export type SleepyBrowser = {
  readonly browser: Browser;
  /** Stops all its processes, as a laptop's lid does. */
  sleep(): void;
  wake(): void;
};

/** Starts one, closed when the test is over. */
export async function openSleepyBrowser(): Promise<SleepyBrowser> {
  const server = await chromium.launchServer(browserOptions());
  const browser = await chromium.connect(server.wsEndpoint());
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const pid of processesOf(server)) {
      try {
        process.kill(pid, name);
      } catch {
        // It has just ended.
      }
    }
  };
  onTestFinished(async () => {
    signal('SIGCONT');
    await browser.close();
    await server.close();
  });
  return { browser, sleep: () => signal('SIGSTOP'), wake: () => signal('SIGCONT') };
}

/** The browser's process and all that descend from it. */
function processesOf(server: BrowserServer): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const [, parent = ''] = /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      parents.set(Number(name), Number(parent));
    } catch {
      // It has just ended.
    }
  }
  const pids = [server.process().pid ?? 0];
  for (const pid of pids) pids.push(...[...parents].filter(([, parent]) => parent === pid).map(([child]) => child));
  return pids;
}

/** Opens the page in a tab of its own browser session, or of `context`'s. */
export async function openTab(browser: { newPage(): Promise<Page> }, url: string): Promise<Page> {
  const page = await browser.newPage();
  // This limit only means that something hangs, never how fast a machine is.
  page.setDefaultTimeout(120_000);
  // The provider of the tests makes no videos: one of the sandbox's stands in.
  await page.route('https://images.segmind.com/**', (route) =>
    route.fulfill({ path: video, contentType: 'video/mp4' }),
  );
  await page.goto(url);
  return page;
}
