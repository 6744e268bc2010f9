import type { Browser } from 'playwright-core';
import { makeFolder, request, startGateway, subscribe, type TestGateway } from '../../world/gateway.ts';
import { openBrowser } from '../world/browser.ts';

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

/** Stores a job; returns its id, or null where it was refused. */
export async function make(
  gateway: TestGateway,
  prompt: string,
  more: Record<string, unknown> = {},
): Promise<string | null> {
  const { data } = await request(gateway, mutation, { input: { prompt, ...more } });
  return data.generateVideo.job?.id ?? null;
}

/** Fills a gateway with users and jobs; returns the id of a completed job. */
export async function fill(gateway: TestGateway): Promise<string> {
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
export async function withGateway(work: (gateway: TestGateway, browser: Browser) => Promise<void>): Promise<void> {
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
