import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? null;

/**
 * Whether tests of real pages can run here. With CI set they always run, so that a missing browser is a failure; elsewhere they are
 * skipped. Install Debian's package chromium (or Google Chrome) to run them.
 */
export const hasBrowser = executablePath !== null || process.env['CI'] === 'true';

/** Opens the machine's own browser, headless, without any background traffic. */
export function openBrowser(): Promise<Browser> {
  if (executablePath === null) throw new Error('There is no browser: install the Debian package chromium.');
  const quiet = [
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}
