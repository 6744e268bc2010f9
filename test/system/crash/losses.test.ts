import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openSqliteStore } from '../../../src/adapter/store/sqlite/store.ts';
import { lossesOutcome } from '../../../src/cli/losses.ts';
import { jobIdOf } from '../../../src/domain/global-id.ts';
import { generate } from '../../gateway/operations.ts';
import { accepted, admit, ana, deadline, live, lives, newId } from '../../store/contract/world.ts';
import {
  type Loose,
  makeFolder,
  request,
  runGateway,
  startGateway,
  type TestGateway,
  tokenOf,
} from '../../world/gateway.ts';
import { openTestProvider, respond } from '../../world/provider.ts';
import { ada, ended, settingsFor, withStore } from './world.ts';

/** What `losses` prints behind the first count while there is nothing else. */
const none = '0 with a late video, 0 without a result, 0 with a lost video';

vi.setConfig({ testTimeout: 60_000 });

const prompt = 'A prompt that is nobody else’s business';

const losses = '{ operations { environment losses { unconfirmed lateVideos withoutResult } } }';

const myJobs = `{
  viewer { account { balance held } }
  jobs { nodes { id status failure { code } video { url } lateVideo { url contentType } charge { state credits } } }
}`;

async function openWorld() {
  const folder = await makeFolder();
  const provider = await openTestProvider();
  onTestFinished(async () => {
    await provider.close();
    await folder.remove();
  });
  const settings = settingsFor(provider);
  const start = async (more: Record<string, string> = {}) => {
    const gateway = await startGateway(folder.path, { ...settings, ...more });
    onTestFinished(() => gateway.kill());
    return gateway;
  };
  const [token, admin] = [await tokenOf(ada.owner), await tokenOf('root', { roles: ['admin'] })];
  return { folder: folder.path, provider, settings, start, token, admin };
}

/** The parsed log lines of one kind. Waits for the first: it comes through a pipe, and may be read after a response that it preceded. */
async function logged(gateway: TestGateway, event: string): Promise<readonly Loose[]> {
  const lines = await vi.waitFor(
    () => {
      const found = gateway.output().split('\n');
      const ofKind = found.filter((line) => line.includes(`"event":"${event}"`));
      expect(ofKind).not.toEqual([]);
      return ofKind;
    },
    { timeout: 60_000 },
  );
  return lines.map((line): Loose => JSON.parse(line));
}

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

test('a video that comes after its job was given up belongs to the owner, is never charged, and is counted', async () => {
  const { folder, provider, settings, start, token, admin } = await openWorld();
  // As if a gateway had sent it ten minutes ago, given it up, and stopped; the next poll is due.
  const body = JSON.stringify({ text_prompt: prompt, seed: '7' });
  const taken: Loose = await (await fetch(provider.url, { method: 'POST', body })).json();
  const tenMinutesAgo = Date.now() - 600_000;
  const { job } = await withStore(folder, async (store) => {
    const input = { prompt, aspectRatio: 'SQUARE_1_1', seed: 7, externalId: null } as const;
    const admitted = await admit(store, { account: ada, input, createdAt: tenMinutesAgo });
    const acceptance = { ...accepted, requestId: taken.request_id, pollUrl: taken.poll_url };
    await live(store, admitted.job, [{ type: 'claimed' }, acceptance, deadline], tenMinutesAgo);
    return admitted;
  });
  const videoUrl = 'https://images.segmind.com/late.mp4';
  provider.script = { poll: (_job, response) => respond(response, 200, { status: 'COMPLETED', output: videoUrl }) };

  const gateway = await start();
  const oneLate = { operations: { environment: 'LIVE', losses: { unconfirmed: 0, lateVideos: 1, withoutResult: 0 } } };
  await vi.waitFor(async () => expect((await request(gateway, losses, {}, admin)).data).toMatchObject(oneLate), {
    timeout: 60_000,
  });
  const { data } = await request(gateway, myJobs, {}, token);
  expect(data).toEqual({
    viewer: { account: { balance: 1000, held: 0 } },
    jobs: {
      nodes: [
        {
          id: expect.any(String),
          status: 'FAILED',
          failure: { code: 'DEADLINE_EXCEEDED' },
          video: null,
          lateVideo: { url: `${gateway.url}/videos/${job.videoId}.mp4`, contentType: 'video/mp4' },
          charge: { state: 'RELEASED', credits: 67 },
        },
      ],
    },
  });
  const others = await request(
    gateway,
    'query ($id: ID!) { job(id: $id) { lateVideo { url } } }',
    {
      id: data.jobs.nodes[0].id,
    },
    await tokenOf('bob'),
  );
  expect(others.data).toEqual({ job: null });

  expect(await logged(gateway, 'late-video')).toMatchObject([
    {
      jobId: jobIdOf(job.id),
      userId: 'ada',
      environment: 'LIVE',
      requestId: taken.request_id,
      submittedAt: instant,
      finishedAt: instant,
    },
  ]);
  const { output } = await runGateway(folder, settings, 'losses');
  expect(output).toContain('LIVE: 0 unconfirmed, 1 with a late video, 0 without a result, 0 with a lost video');
  expect(output).toMatch(new RegExp(`${jobIdOf(job.id)} .*DEADLINE_EXCEEDED +yes +- +${taken.request_id}`));
  expect(gateway.output() + output).not.toContain(prompt);
});

test('a submission without a response is logged, counted and listed, beside the running gateway', async () => {
  const { folder, provider, settings, start, token, admin } = await openWorld();
  provider.script = {
    submit(_submission, response) {
      response.destroy();
      return true;
    },
  };
  const gateway = await start();
  const input = { prompt, seed: 42, aspectRatio: 'PORTRAIT_9_16' };
  const { data } = await request(gateway, generate, { input }, token);
  expect(data.generateVideo).toMatchObject({ code: 'SUBMISSION_UNCONFIRMED' });
  const [line, ...more] = await logged(gateway, 'unconfirmed');
  expect(more).toEqual([]);
  expect(line).toMatchObject({
    level: 'error',
    jobId: expect.stringMatching(/^Sm9iO/),
    userId: 'ada',
    status: 'FAILED',
    charge: 'RELEASED',
    totalSeconds: expect.any(Number),
    environment: 'LIVE',
    failure: 'SUBMISSION_UNCONFIRMED',
    requestId: null,
    createdAt: instant,
    sentAt: instant,
    finishedAt: instant,
    seed: 42,
    aspectRatio: 'PORTRAIT_9_16',
  });
  expect(line.createdAt <= line.sentAt && line.sentAt <= line.finishedAt).toBe(true);

  const counted = await request(gateway, losses, {}, admin);
  expect(counted.data.operations).toEqual({
    environment: 'LIVE',
    losses: { unconfirmed: 1, lateVideos: 0, withoutResult: 0 },
  });
  const inTest = await request(gateway, losses, {}, await tokenOf('root', { roles: ['admin'], env: 'test' }));
  expect(inTest.data.operations).toEqual({
    environment: 'TEST',
    losses: { unconfirmed: 0, lateVideos: 0, withoutResult: 0 },
  });
  const refused = await request(gateway, losses, {}, token);
  expect(refused).toMatchObject({ data: { operations: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] });

  const { code, output } = await runGateway(folder, settings, 'losses');
  expect(code).toBe(0);
  expect(output).toContain(`LIVE: 1 unconfirmed, ${none}\nTEST: 0 unconfirmed, ${none}`);
  expect(output).toMatch(new RegExp(`${line.jobId}  ada .*LIVE( +[\\d-]+T[\\d:.]+Z){2}  SUBMISSION_UNCONFIRMED`));
  expect(gateway.output() + output).not.toContain(prompt);
});

test('a submission interrupted by a crash is logged by the next start, with the time it was sent', async () => {
  const { start, token } = await openWorld();
  const doomed = await start({ REELGATE_FAILPOINT: 'before-first-byte' });
  const sentAfter = Date.now();
  await request(doomed, generate, { input: { prompt } }, token).catch(() => null);
  await ended(doomed);
  const sentBefore = Date.now();
  const gateway = await start();
  const [line] = await logged(gateway, 'unconfirmed');
  expect(line).toMatchObject({ environment: 'LIVE', state: 'FAILED', sentAt: instant });
  expect(Date.parse(line.sentAt)).toBeGreaterThanOrEqual(sentAfter);
  expect(Date.parse(line.sentAt)).toBeLessThanOrEqual(sentBefore);
});

test('the list of losses prints untrusted text without control characters', async () => {
  const store = openSqliteStore({ file: ':memory:', newId, exclusive: true });
  expect((await lossesOutcome(store)).text).toBe(`LIVE: 0 unconfirmed, ${none}\nTEST: 0 unconfirmed, ${none}\n`);
  const { job } = await admit(store, { account: { ...ana, owner: 'eve\u001b[2J\n' } });
  await live(store, job, lives.unconfirmed);
  const text = (await lossesOutcome(store)).text;
  await store.close();
  const at = '2027-01-15T08:00:00.000Z';
  expect(text.split('\n').slice(3)).toEqual([
    expect.stringMatching(/^job +user +environment +created +sent +failure +late video +lost video +provider request$/),
    `${jobIdOf(job.id)}  eve?[2J?  TEST         ${at}  ${at}  SUBMISSION_UNCONFIRMED  -           -           -`,
    '',
  ]);
});

test('listing losses without a database reports that there is none, and creates none', async () => {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const { code, output } = await runGateway(folder.path, {}, 'losses');
  expect(code).toBe(1);
  expect(output).toMatch(/^There is no database .*reelgate\.db: set DATABASE_URL to the one that the gateway uses\.$/m);
  expect(existsSync(join(folder.path, 'reelgate.db'))).toBe(false);
});
