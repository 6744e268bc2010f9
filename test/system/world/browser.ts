import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? null;

/**
 * Whether tests of real pages can run here. With CI set they always run, so that a missing browser is a failure; elsewhere they are
 * skipped. Install Debian's package chromium (or Google Chrome) to run them.
 */
export const hasBrowser = executablePath !== null || process.env['CI'] === 'true';

/** How the machine's own browser is started: headless, without any background traffic. */
export function browserOptions() {
  if (executablePath === null) throw new Error('There is no browser: install the Debian package chromium.');
  const quiet = [
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return { executablePath, args: ['--no-sandbox', '--disable-gpu', ...quiet] };
}

/** Opens the machine's own browser. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch(browserOptions());
}
