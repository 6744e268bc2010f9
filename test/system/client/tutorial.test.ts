import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, runGateway, startGateway, type TestGateway } from '../../world/gateway.ts';
import { hasBrowser, openBrowser } from '../world/browser.ts';
import { openTab } from './kit-world.ts';
import { packKit } from './pack-kit.ts';

const root = projectRoot();

const tutorial = readFileSync(join(root, 'docs/tutorial.md'), 'utf8');

/** The shell blocks, in order: the key, the folder, the start. */
const [makeKey = '', makePage = '', start = ''] = [...tutorial.matchAll(/^```sh\n(.*?)^```$/gms)].map(
  ([, text = '']) => text,
);

/** The files that the tutorial saves. */
const files = [...tutorial.matchAll(/[Ss]ave\sthis\sas `([\w.]+)`:\n\n```\w+\n(.*?)^```$/gms)];

describe.runIf(hasBrowser)('docs/tutorial.md (needs the Debian package chromium)', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let browser: Browser;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path);
    browser = await openBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    for (const child of children) {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await gateway.stop();
    await folder.remove();
  });

  /** Runs a command of the last block in the page's folder. */
  function run(command: readonly string[], page: string, env: Record<string, string>): void {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, command, { cwd: page, env: { PATH, HOME, ...env }, stdio: 'inherit' });
    children.push(child);
  }

  it('leads to a page that makes a video and plays it', async () => {
    const words = makeKey.trim().replace('npm start --silent -- ', '').split(' ');
    expect(words.slice(0, 2)).toEqual(['key', 'create']);
    const { output: key } = await runGateway(folder.path, {}, words);

    // The packages are linked, and the kit is the packed one: the rest of the block runs as it is.
    const names = (/npm install (.*)/.exec(makePage)?.[1] ?? '')
      .split(' ')
      .map((name) => name.replace(/(?<=.)@\d+$/, ''));
    execFileSync('bash', ['-euc', makePage.replace(/^npm install.*$/m, '')], { cwd: folder.path, stdio: 'ignore' });
    const page = join(folder.path, 'video-page');
    const kit = join(page, 'node_modules/@reelgate/client');
    mkdirSync(kit, { recursive: true });
    execFileSync('tar', ['-xzf', await packKit(folder.path), '-C', kit, '--strip-components=1']);
    expect(names).toContain('@reelgate/client');
    for (const name of [...names, 'graphql-ws', 'graphql'].filter((each) => each !== '@reelgate/client')) {
      symlinkSync(join(root, 'node_modules', name), join(page, 'node_modules', name));
    }

    const [backendPort, vitePort] = [await freePort(), await freePort()];
    expect(files.map(([, name]) => name)).toEqual(['server.mjs', 'vite.config.js', 'index.html', 'main.tsx']);
    for (const [, name = '', text = ''] of files) {
      mkdirSync(dirname(join(page, name)), { recursive: true });
      const placed = text.replaceAll('127.0.0.1:4000', new URL(gateway.url).host).replaceAll('3000', backendPort);
      writeFileSync(join(page, name), placed);
    }
    expect(start).toBe('REELGATE_KEY=sk_test_… node server.mjs &\nnpx vite\n');
    run(['server.mjs'], page, { REELGATE_KEY: /sk_test_\S+/.exec(key)?.[0] ?? '' });
    run(['node_modules/vite/bin/vite.js', '--port', vitePort, '--strictPort'], page, {});
    const url = `http://localhost:${vitePort}`;
    await expect
      .poll(() =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        ),
      )
      .toBe(true);
    await expect
      .poll(() =>
        fetch(`${url}/token`).then(
          (answer) => answer.text(),
          () => '',
        ),
      )
      .toMatch(/^ct_/);

    const tab = await openTab(browser, url);
    await tab.getByLabel('Prompt').fill('@test/ok:3s of the tutorial');
    await tab.getByRole('button', { name: 'Create' }).dblclick();
    await tab.getByRole('progressbar').waitFor();
    await tab.locator('video').waitFor();
    await tab.evaluate('void Object.assign(document.querySelector("video"), { muted: true }).play()');
    await expect.poll(() => tab.evaluate('document.querySelector("video").currentTime')).toBeGreaterThan(0.2);
    await tab.locator('li', { hasText: 'COMPLETED Watch' }).waitFor();
    expect(await tab.locator('li').count()).toBe(1);
    await tab.getByText(/^\d+ credits$/).waitFor();
    await tab.getByLabel('Prompt').fill('@test/moderated');
    await tab.getByRole('button', { name: 'Create' }).click();
    await tab.getByRole('alert').waitFor();
    expect(await tab.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  }, 300_000);
});

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}
