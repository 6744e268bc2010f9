// npm run screenshots: takes the README's pictures, from a gateway of its own.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, request, startGateway, subscribe, type TestGateway } from '../../world/gateway.ts';
import { openBrowser } from '../world/browser.ts';
import { animate, hasFfmpeg } from './animation.ts';

const wide = { width: 1200, height: 750 };

const phone = { width: 390, height: 844 };

const inputs = [
  ['A barista pours latte art in morning light', 'LANDSCAPE_16_9', 'cafe-12'],
  ['Two people shake hands in a glass office', 'PORTRAIT_9_16', 'sales-7'],
  ['A team laughs around a whiteboard', 'SQUARE_1_1', 'team-3'],
  ['Hands type on a laptop at a wooden desk', 'LANDSCAPE_4_3', 'desk-2'],
  ['A runner ties her shoes at sunrise', 'PORTRAIT_3_4', 'sport-1'],
] as const;

const users = [
  ['ada', 500],
  ['grace', 2000],
  ['linus', 120],
  ['margaret', 900],
] as const;

const mutation = `mutation ($input: GenerateVideoInput!) {
  generateVideo(input: $input) { ... on GenerateVideoSuccess { job { id } } }
}`;

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

async function make(gateway: TestGateway, prompt: string, more: Record<string, unknown> = {}): Promise<string | null> {
  const { data } = await request(gateway, mutation, { input: { prompt, ...more } });
  return data.generateVideo.job?.id ?? null;
}

/** Fills a gateway with users and jobs; returns the id of a completed job. */
async function fill(gateway: TestGateway): Promise<string> {
  const grant = (user: string, credits: number, reason: string) =>
    request(
      gateway,
      `mutation { grantCredits(input: { userId: "${user}", credits: ${credits}, reason: "${reason}" }) { __typename } }`,
    );
  for (const [user, credits] of users) await grant(user, credits, 'Welcome');
  const ids: (string | null)[] = [];
  for (const [prompt, aspectRatio, externalId] of inputs)
    ids.push(await make(gateway, prompt, { aspectRatio, externalId }));
  await grant('demo', 1000, 'Spring campaign');
  await make(gateway, '@test/submit:502');
  await make(gateway, '@test/fail');
  const id = ids[2] ?? null;
  if (id === null) throw new Error('The sandbox did not take the job that is shown.');
  for (const each of ids) await subscribe(gateway, `subscription { jobUpdated(id: "${each}") { status } }`).all();
  await make(gateway, 'A chef plates a dessert, close up', { externalId: 'food-4' });
  await make(gateway, 'Rain on the window of a quiet train', { aspectRatio: 'PORTRAIT_9_16', externalId: 'travel-9' });
  return id;
}

/** Opens a gateway and a browser for one task. */
async function withGateway(work: (gateway: TestGateway, browser: Browser) => Promise<void>): Promise<void> {
  const folder = await makeFolder();
  const gateway = await startGateway(folder.path, { LOG_LEVEL: 'warn' });
  const browser = await openBrowser();
  try {
    await work(gateway, browser);
  } finally {
    await browser.close();
    await gateway.stop();
    await folder.remove();
  }
}

const images = join(projectRoot(), 'docs/images');

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
