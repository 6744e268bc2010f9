import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? null;

/**
 * Whether tests of real pages can run here. Where CI is set a missing browser is a failure, so there they always run; elsewhere they are
 * skipped: install Debian's package chromium (or Google Chrome) to have them.
 */
export const hasBrowser = executablePath !== null || process.env['CI'] === 'true';

/** Opens the machine's own browser, headless, with nothing of its own going out. */
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
