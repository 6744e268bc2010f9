import { afterEach, describe, expect, test } from 'vitest';
import { openLive } from '../../gateway/live-world.ts';
import { generate, viewer, watchFeed, watchJob } from '../../gateway/operations.ts';
import { request, subscribe } from '../../world/gateway.ts';
import { respond } from '../../world/provider.ts';

/** What survives a kill, from outside. */
describe('a gateway that dies', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });
  const open = (settings: Record<string, string> = {}) => openLive(closers, settings);

  test('a job survives a kill of the gateway while it runs, and so does the feed', async () => {
    const { provider, gateway, start, ada } = await open();
    let finished = false;
    provider.script = {
      poll: (_job, response) => !finished && respond(response, 200, { status: 'PROCESSING', output: '' }),
    };
    const feed = subscribe(gateway, watchFeed, {}, ada);
    const cursor = (await feed.next())?.data.jobEvents.cursor;
    const { data } = await request(gateway, generate, { input: { idempotencyKey: 'k' } }, ada);
    await feed.all((item) => item.data.jobEvents.status === 'PROCESSING');
    await gateway.kill();
    finished = true;
    const again = await start();
    const { id } = data.generateVideo.job;
    const updates = subscribe(again, watchJob, { id }, ada);
    expect((await updates.all()).at(-1)?.data.jobUpdated.status).toBe('COMPLETED');
    const replay = subscribe(again, watchFeed, { after: cursor }, ada);
    const events = (await replay.all((item) => item.data.jobEvents.status === 'COMPLETED')).map(
      (item) => item.data.jobEvents,
    );
    await replay.close();
    expect(events.filter((event) => event.version !== undefined).map((event) => event.version)).toEqual([
      1, 2, 3, 4, 5,
    ]);
    expect((await request(again, generate, { input: { idempotencyKey: 'k' } }, ada)).data.generateVideo).toMatchObject({
      replayed: true,
      job: { id },
    });
    expect(provider.submissions).toHaveLength(1);
  });

  test('a kill in the middle of the POST ends the job as unconfirmed at the next start', async () => {
    const { provider, gateway, start, ada } = await open();
    const arrived = new Promise<void>((resolve) => {
      provider.script = {
        submit(_submission, _response, accept) {
          accept();
          resolve();
          return true;
        },
      };
    });
    const lost = request(gateway, generate, { input: { idempotencyKey: 'k' } }, ada).catch(() => null);
    await arrived;
    await gateway.kill();
    await lost;
    const again = await start();
    const { data } = await request(again, generate, { input: { idempotencyKey: 'k' } }, ada);
    expect(data.generateVideo).toMatchObject({
      __typename: 'SubmissionUnconfirmedError',
      failedJob: { status: 'FAILED', charge: { state: 'RELEASED' } },
    });
    expect(provider.submissions).toHaveLength(1);
    expect((await request(again, viewer, {}, ada)).data.viewer.account).toMatchObject({ balance: 1000, held: 0 });
  });
});
