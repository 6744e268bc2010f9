import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, type BrowserServer, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { type Gate, openGate } from '../../client/gate.ts';
import { makeFolder, startGateway, type TestGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { openTestProvider, respond, type TestProvider } from '../../world/provider.ts';
import { browserOptions, openBrowser } from '../world/browser.ts';

const root = projectRoot();

const videos = join(root, 'src/adapter/provider/sandbox/videos');

const video = join(videos, readdirSync(videos).find((name) => name.endsWith('.mp4')) ?? '');

/** The bundle of the tests' page, test/client/page/main.tsx. */
async function bundlePage(): Promise<string> {
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

/** The tests' page in front of a gateway with a provider that a test can script. */
export type KitWorld = {
  readonly browser: Browser;
  readonly gateway: TestGateway;
  readonly provider: TestProvider;
  /** Serves the page, for one test. `seconds`: how long the first token lives. */
  openSite(seconds?: number): Promise<Gate & { readonly asked: () => number }>;
  /** Opens it in a tab, for one test. */
  openPage(url: string, within?: { newPage(): Promise<Page> }): Promise<Page>;
  submissionsOf(prompt: string): TestProvider['submissions'];
  /** Lets the provider accept nothing until the returned function is called. */
  holdSubmissions(): () => void;
  /** Keeps jobs from ending until the returned function is called. */
  holdJobs(): () => void;
  close(): Promise<void>;
};

/** Starts one. */
export async function openKitWorld(): Promise<KitWorld> {
  const folder = await makeFolder();
  const provider = await openTestProvider();
  const gateway = await startGateway(folder.path, {
    SEGMIND_API_KEY: 'SG_0123456789abcdef',
    SEGMIND_BASE_URL: provider.url,
    AUTH_JWT_SECRET: testSecret,
    POLL_INTERVAL_MS: '100',
    SEGMIND_REQUESTS_PER_MINUTE: '100000',
    SIGNUP_CREDITS: '1000000',
    MEDIA_STORE: 'none',
  });
  const browser = await openBrowser();
  const script = await bundlePage();
  return {
    browser,
    gateway,
    provider,
    async openSite(seconds = 3600) {
      let asked = 0;
      const gate = await openGate(gateway.url, {
        '/app': '<!doctype html><title>Test</title><body><script type="module" src="/app.js"></script>',
        '/app.js': script,
        '/token': (query) => {
          asked += 1;
          const livesFor = asked === 1 ? seconds : 3600;
          return tokenOf(query.get('user') ?? '', { env: 'live' }, Math.floor(Date.now() / 1000) + livesFor);
        },
      });
      onTestFinished(() => gate.close());
      return Object.assign(gate, { asked: () => asked });
    },
    async openPage(url, within = browser) {
      const page = await openTab(within, url);
      onTestFinished(() => page.close());
      return page;
    },
    submissionsOf: (prompt) => provider.submissions.filter((each) => each.prompt === prompt),
    holdSubmissions() {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      provider.script = { submit: () => held.then(() => false) };
      return release;
    },
    holdJobs() {
      provider.script = { poll: (_job, response) => respond(response, 200, { status: 'PROCESSING', output: '' }) };
      return () => {
        provider.script = {};
      };
    },
    async close() {
      await browser.close();
      await gateway.stop();
      await provider.close();
      await folder.remove();
    },
  };
}

/** Fills in the page's form and sends it. */
export async function create(page: Page, prompt: string): Promise<void> {
  await page.getByLabel('Prompt').fill(prompt);
  await page.getByRole('button', { name: 'Create' }).click();
}
