import { describe, expect, test, vi } from 'vitest';
import { createVideoLinks } from '../../src/credential/video-link.ts';
import { copyStored } from '../../src/domain/copy.ts';
import type { Job, LifeEvent } from '../../src/domain/job.ts';
import { framesOf, idOf, openWorld, toldOf, type World } from '../hub/world.ts';
import { subscribeMessage } from '../protocol/raw-socket.ts';
import { tokenOf } from '../server/world.ts';
import { facts } from '../store/contract/copies.ts';
import { first, lives } from '../store/contract/world.ts';
import { type HttpResponse, request } from '../world/gateway.ts';
import { testVideos } from '../world/videos.ts';

const remove = `mutation Delete($id: ID!) {
  deleteJob(id: $id) {
    __typename
    ... on DeleteJobSuccess { job { id prompt externalId deletedAt version video { url storage sourceUrl } } }
    ... on Failure { code message }
    ... on JobStateError { job { status } }
  }
}`;

const show = 'query Job($id: ID!) { job(id: $id) { version prompt videoUrl video { url storage posterUrl sha256 } } }';

async function ask(world: World, query: string, job: Job, claims = {}): Promise<HttpResponse> {
  const token = await tokenOf({ sub: 'ada', env: 'test', ...claims }, '2027-01-01T00:00:00Z');
  return request(world, query, { id: idOf(job) }, token);
}

/** A job of ada's to which these events have happened. */
async function lived(world: World, events: readonly LifeEvent[], prompt = 'A boat'): Promise<Job> {
  let job = await world.job('ada', 'TEST', prompt);
  for (const event of events) job = await world.happen(job, event);
  return job;
}

describe('deleteJob', () => {
  test('removes the prompt and the video of a job that has ended; deleting it again succeeds', async () => {
    const world = await openWorld();
    const job = await lived(world, lives.completed);
    const ledger = await world.store.listLedger(job.accountId, first(10));
    for (const _ of [1, 2]) {
      const { data } = await ask(world, remove, job);
      expect(data.deleteJob).toEqual({
        __typename: 'DeleteJobSuccess',
        job: {
          id: idOf(job),
          prompt: '',
          externalId: null,
          deletedAt: '2026-01-01T00:00:00.000Z',
          version: job.version + 1,
          video: {
            url: `https://gate.example.com/videos/${job.videoId}.mp4`,
            storage: 'GONE',
            sourceUrl: null,
          },
        },
      });
    }
    expect(await world.store.listLedger(job.accountId, first(10))).toEqual(ledger);
  });

  test.each(Object.entries(lives))('of a job that is %s succeeds exactly if it has ended', async (_, events) => {
    const world = await openWorld();
    const job = await lived(world, events);
    const { data } = await ask(world, remove, job);
    const isRunning = job.finishedAt === null;
    expect(data.deleteJob.__typename).toBe(isRunning ? 'JobStateError' : 'DeleteJobSuccess');
    if (isRunning) {
      expect(data.deleteJob).toMatchObject({
        code: 'NOT_DELETABLE',
        message: 'Only a job that has ended can be deleted.',
      });
      expect(await world.store.findJob(job.id)).toEqual(job);
    }
  });

  test('is for the owner with jobs:write only; to anyone else the job does not exist', async () => {
    const world = await openWorld();
    const job = await lived(world, lives.completed);
    expect((await ask(world, remove, job, { sub: 'bob' })).data.deleteJob).toMatchObject({ code: 'NOT_FOUND' });
    expect((await ask(world, remove, job, { env: 'live' })).data.deleteJob).toMatchObject({ code: 'NOT_FOUND' });
    const refused = await ask(world, remove, job, { scopes: ['jobs:read'] });
    expect(refused.errors[0].extensions.code).toBe('FORBIDDEN');
    expect(await world.store.findJob(job.id)).toEqual(job);
  });

  test('is an item of the feed, like every change', async () => {
    const world = await openWorld();
    const job = await lived(world, lives.completed);
    const socket = await world.connect();
    socket.send(
      subscribeMessage(
        'f',
        'subscription { jobEvents { __typename ... on JobEvent { version message job { prompt } } } }',
      ),
    );
    await framesOf(socket);
    await ask(world, remove, job);
    const items = toldOf(await framesOf(socket), 'f', (item) => item);
    expect(items).toEqual([
      {
        __typename: 'JobEvent',
        version: job.version + 1,
        message: 'Deleted: its prompt, its reference and its video are gone.',
        job: { prompt: '' },
      },
    ]);
  });

  test('is seen by whoever asks next, also where an earlier response was kept', async () => {
    const world = await openWorld();
    const job = await lived(world, lives.completed);
    const before = (await ask(world, show, job)).data.job;
    expect(await ask(world, show, job)).toEqual({ data: { job: before } });
    expect(before.prompt).toBe('A boat');
    await ask(world, remove, job);
    expect((await ask(world, show, job)).data.job).toMatchObject({ version: before.version + 1, prompt: '' });
  });

  test('leaves nothing to retry', async () => {
    const world = await openWorld();
    const job = await lived(world, lives.failed);
    await ask(world, remove, job);
    const retry = 'mutation Retry($id: ID!) { retryJob(id: $id) { ... on Failure { code message } } }';
    expect((await ask(world, retry, job)).data.retryJob).toEqual({
      code: 'NOT_RETRYABLE',
      message: 'Only a failed or canceled job that was not deleted can be retried.',
    });
  });
});

describe('a video that was copied', () => {
  async function keep(world: World, job: Job): Promise<void> {
    const copy = copyStored(job, facts, 0);
    const waiting = { ...job, copy: { ...job.copy, state: 'WAITING', copyAt: 0 } } as const;
    expect(await world.store.commitCopy(job, waiting.copy)).toBe(true);
    expect(await world.store.commitCopy(waiting, copy)).toBe(true);
  }

  test('is seen by whoever asks next, though the version is the same', async () => {
    const world = await openWorld();
    const job = await lived(world, lives.completed);
    const before = (await ask(world, show, job)).data.job;
    expect(before.video).toMatchObject({ storage: 'PROVIDER', posterUrl: null });
    await keep(world, job);
    const after = (await ask(world, show, job)).data.job;
    expect(after).toMatchObject({
      version: before.version,
      videoUrl: before.videoUrl,
      video: {
        url: before.videoUrl,
        storage: 'STORED',
        posterUrl: before.videoUrl.replace('.mp4', '.jpg'),
        sha256: facts.sha256,
      },
    });
  });

  test('is shown with a fresh link each time where links are signed', async () => {
    const time = { now: 0 };
    const signing = { secret: new Uint8Array(32), now: () => time.now };
    const links = createVideoLinks({ publicUrl: () => 'https://gate.example.com', signing });
    const world = await openWorld({ videos: { ...testVideos, links } });
    const job = await lived(world, lives.completed);
    const urlAt = async (now: number): Promise<string> => {
      time.now = now;
      return (await ask(world, show, job)).data.job.videoUrl;
    };
    const [one, same, other] = [await urlAt(0), await urlAt(1000), await urlAt(3_600_000)];
    expect(one).toMatch(/^https:\/\/gate\.example\.com\/videos\/[0-9a-f]{32}\.mp4\?expires=25200&signature=[\w-]{43}$/);
    expect(same).toBe(one);
    expect(other).toContain('expires=28800');
  });
});

test('a job’s videoUrl is final in the answer of the mutation that makes it', async () => {
  const world = await openWorld();
  const token = await tokenOf({ sub: 'ada', env: 'test' }, '2027-01-01T00:00:00Z');
  const making = request(
    world,
    'mutation { generateVideo(input: {}) { ... on GenerateVideoSuccess { job { id videoUrl } } } }',
    {},
    token,
  );
  // Nobody takes the job: the mutation stores it, and waits for as long as it may.
  await vi.waitFor(() => expect(world.listening()).toBe(1));
  await world.clock.advance(4000);
  const { job } = (await making).data.generateVideo;
  expect(job.videoUrl).toMatch(/^https:\/\/gate\.example\.com\/videos\/[0-9a-f]{32}\.mp4$/);
  const key = Buffer.from(job.id, 'base64url').toString().replace('Job:', '');
  expect(job.videoUrl).toContain((await world.store.findJob(key))?.videoId);
});
