import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type HttpResponse, makeFolder, request, runGateway, startGateway, subscribe } from '../../world/gateway.ts';

type Gateway = { readonly url: string };

const generate = `mutation ($input: GenerateVideoInput!) { generateVideo(input: $input) {
  __typename ... on GenerateVideoSuccess { replayed job { id } } } }`;

const feed = 'subscription ($after: String) { jobEvents(after: $after) { __typename ... on FeedItem { cursor } } }';

const lists = `query ($id: ID!, $jobs: String, $events: String, $ledger: String) {
  jobs(first: 1, after: $jobs) { pageInfo { endCursor } }
  job(id: $id) { events(first: 1, after: $events) { pageInfo { endCursor } } }
  viewer { account { ledger(first: 1, after: $ledger) { pageInfo { endCursor } } } } }`;

async function generated(gateway: Gateway, idempotencyKey: string) {
  const input = { prompt: '@test/ok:0s', idempotencyKey };
  const { data } = await request(gateway, generate, { input });
  return { id: String(data.generateVideo.job.id), replayed: Boolean(data.generateVideo.replayed) };
}

/** The first item of the feed after a cursor. */
async function itemAfter(gateway: Gateway, after: string | null): Promise<{ __typename: string; cursor: string }> {
  const items = subscribe(gateway, feed, { after });
  const first: HttpResponse | undefined = await items.next();
  await items.close();
  return first?.data.jobEvents;
}

/** The errors and the last cursor of each list, after a job's or a ledger's cursor. */
async function pagesAfter(gateway: Gateway, id: string, after: { jobs?: string; events?: string; ledger?: string }) {
  const { data, errors = [] } = await request(gateway, lists, { id, ...after });
  const { jobs, job, viewer } = data ?? {};
  const messages: string[] = errors.map(({ message }: { message: string }) => message);
  return {
    messages,
    cursors: {
      jobs: jobs?.pageInfo.endCursor,
      events: job?.events?.pageInfo.endCursor,
      ledger: viewer?.account?.ledger?.pageInfo.endCursor,
    },
  };
}

/** Waits until the job has ended, so that its events are in the feed. */
async function ended(gateway: Gateway, id: string): Promise<void> {
  const states = subscribe(gateway, 'subscription ($id: ID!) { jobUpdated(id: $id) { status } }', { id });
  await states.all();
  await states.close();
}

it('what clients remember of a lost timeline is told apart from what happens after the restore', async () => {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const backup = join(folder.path, 'backup.db');
  const started = async () => {
    const gateway = await startGateway(folder.path);
    onTestFinished(async () => void (await gateway.stop()));
    return gateway;
  };
  const first = await started();
  const kept = await generated(first, 'kept');
  await ended(first, kept.id);
  const { cursor: before } = await itemAfter(first, null);
  const { cursors } = await pagesAfter(first, kept.id, {});
  expect(await pagesAfter(first, kept.id, cursors)).toMatchObject({ messages: [] });
  const made = await runGateway(folder.path, {}, ['backup', 'backup.db']);
  expect(made).toMatchObject({ code: 0, output: expect.stringMatching(/^Backed up to backup\.db: 1 jobs and 1 acc/) });
  expect(made.output).toContain('rsync -a --exclude temporary ./data/videos/ BACKUP_FOLDER/');
  expect(await runGateway(folder.path, {}, ['backup', 'backup.db'])).toMatchObject({
    code: 1,
    output: expect.stringContaining('add --force'),
  });

  const lost = await generated(first, 'lost');
  await ended(first, lost.id);
  const { cursor: within } = await itemAfter(first, null);
  expect(await first.stop()).toBe(0);
  const restored = await runGateway(folder.path, {}, ['restore', backup]);
  expect(restored).toMatchObject({ code: 0, output: expect.stringContaining('a new incarnation begins') });
  expect(readdirSync(folder.path).filter((name) => name.includes('.replaced-'))).toHaveLength(1);

  const second = await started();
  expect((await request(second, 'query ($id: ID!) { job(id: $id) { id } }', { id: lost.id })).data).toEqual({
    job: null,
  });
  expect(await generated(second, 'kept')).toEqual({ id: kept.id, replayed: true });
  const lostPlace = 'after is a cursor from before the database was restored: read the list again from its start.';
  const refused = await pagesAfter(second, kept.id, cursors);
  expect(refused.messages).toEqual([lostPlace, lostPlace, lostPlace]);
  const { cursors: renewed } = await pagesAfter(second, kept.id, {});
  expect(await pagesAfter(second, kept.id, renewed)).toMatchObject({ messages: [] });
  // The feed passes the number of the lost cursor with other events.
  for (const key of ['lost', 'another', 'one more']) {
    const job = await generated(second, key);
    expect(job).toEqual({ id: expect.not.stringMatching(lost.id), replayed: false });
    await ended(second, job.id);
  }
  for (const cursor of [before, within]) {
    const item = await itemAfter(second, cursor);
    expect(item.__typename).toBe('FeedReset');
    expect((await itemAfter(second, item.cursor)).__typename).toBe('FeedLive');
  }
}, 240_000);

it('a restore over a running gateway waits, says so, and is refused; a restore in place begins anew', async () => {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const gateway = await startGateway(folder.path);
  onTestFinished(async () => void (await gateway.stop()));
  await runGateway(folder.path, {}, ['backup', 'backup.db']);
  const [refused, inPlace] = await Promise.all([
    runGateway(folder.path, {}, ['restore', 'backup.db']),
    runGateway(folder.path, {}, ['restore', '--in-place']),
  ]);
  for (const { code, output } of [refused, inPlace]) {
    expect(code).toBe(1);
    expect(output).toMatch(/^Waiting for the Reelgate process .* for 2 s so far and 20 s at most\./);
    expect(output).toMatch(/Another Reelgate process serves .* It did not stop within 20 s\.\n$/);
  }
  const { cursor } = await itemAfter(gateway, null);
  await gateway.stop();
  expect(await runGateway(folder.path, {}, ['restore', '--in-place', '--complete'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('counts as complete: its incarnation stays'),
  });
  const complete = await startGateway(folder.path);
  expect((await itemAfter(complete, cursor)).__typename).toBe('FeedLive');
  await complete.stop();
  expect(await runGateway(folder.path, {}, ['restore', '--in-place'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('a new incarnation begins'),
  });
  const renewed = await startGateway(folder.path);
  expect((await itemAfter(renewed, cursor)).__typename).toBe('FeedReset');
  await renewed.stop();
  expect(existsSync(join(folder.path, 'backup.db.partial'))).toBe(false);
}, 240_000);
