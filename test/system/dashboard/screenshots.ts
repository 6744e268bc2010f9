// npm run screenshots: takes every page in several sizes, for people to look at. With `-- --readme` it takes the README's pictures.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { projectRoot } from '../../../src/lib/package.ts';
import { animate, hasFfmpeg } from './animation.ts';
import { takeGallery } from './gallery.ts';
import { fill, make, withGateway } from './picture-world.ts';

const wide = { width: 1200, height: 750 };

const phone = { width: 390, height: 844 };

type Shot = readonly [name: string, path: string, size: typeof wide, colorScheme: 'light' | 'dark'];

async function shoot(browser: Browser, url: string, [name, path, viewport, colorScheme]: Shot): Promise<void> {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce', locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  if (path === '/jobs') await untilPosters(page);
  if (path.startsWith('/jobs/')) {
    await page.locator('video[data-ready=true]').waitFor();
    // Let the browser's own spinner fade out.
    await page.waitForTimeout(1500);
  }
  if (path === '/admin')
    await page
      .getByText(/\d failed polls?/)
      .first()
      .waitFor();
  await page.screenshot({ path: join(projectRoot(), 'docs/images', `${name}.png`) });
  await context.close();
}

/** Waits for the posters of all completed jobs. The page's policy forbids Playwright's own way to wait for an expression. */
async function untilPosters(page: Page): Promise<void> {
  const missing = `document.querySelectorAll('[data-status="COMPLETED"] .ghost').length +
    [...document.querySelectorAll('.poster img')].filter(({ complete }) => !complete).length`;
  while ((await page.evaluate<number>(missing)) > 0) await page.waitForTimeout(250);
}

const images = join(projectRoot(), 'docs/images');

async function takeReadme(): Promise<void> {
  await mkdir(images, { recursive: true });

  await withGateway(async (gateway, browser) => {
    const id = await fill(gateway);
    const shots: readonly Shot[] = [
      ['watch-light', '/jobs', wide, 'light'],
      ['watch-phone-dark', '/jobs', phone, 'dark'],
      ['create-phone-light', '/', phone, 'light'],
      ['job-dark', `/jobs/${id}`, wide, 'dark'],
      ['job-phone-light', `/jobs/${id}`, phone, 'light'],
      ['credits-light', '/credits', wide, 'light'],
      ['admin-dark', '/admin', wide, 'dark'],
    ];
    for (const shot of shots.slice(0, -1)) await shoot(browser, gateway.url, shot);
    await make(gateway, '@test/poll:html', { externalId: 'faulty' });
    for (const shot of shots.slice(-1)) await shoot(browser, gateway.url, shot);
  });

  // The recording starts where a newcomer does: with an empty page.
  if (hasFfmpeg())
    await withGateway((gateway, browser) => animate(browser, gateway.url, join(images, 'prompt-to-video.webp')));
  else process.stderr.write('ffmpeg is not installed: the animated picture stays as it is.\n');
}

if (process.argv.includes('--readme')) await takeReadme();
else await withGateway((gateway, browser) => takeGallery(browser, gateway, join(projectRoot(), 'screenshots')));
