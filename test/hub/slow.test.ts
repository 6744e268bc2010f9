import { expect, test } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import { type RawSocket, subscribeMessage } from '../protocol/raw-socket.ts';
import { accepted, claimed, completed, processing } from '../store/contract/world.ts';
import type { Loose } from '../world/gateway.ts';
import { framesOf, idOf, openWorld, toldOf, type World } from './world.ts';

const subscriptions = 100;

/** A selection of about 40 KB. */
const prompts = Array.from({ length: 20 }, (_, at) => `p${at}: prompt`).join(' ');

const watchJob = `subscription ($id: ID!) { jobUpdated(id: $id) { version ${prompts} } }`;

/** A socket that watches one job under a hundred ids, and has been sent it under each. */
async function watchAlot({ connect }: World, job: Job): Promise<RawSocket> {
  const socket = await connect();
  for (let id = 0; id < subscriptions; id += 1) socket.send(subscribeMessage(`${id}`, watchJob, { id: idOf(job) }));
  for (let frames = 0; frames < subscriptions; frames += 1) await socket.next();
  return socket;
}

/** Polls a job that has got no further, so many times; each poll sends it once more. */
async function poll({ happen, clock }: World, job: Job, times: number): Promise<Job> {
  let current = job;
  for (let time = 0; time < times; time += 1) {
    await clock.advance(1);
    current = await happen(current, processing);
  }
  return current;
}

/** Reads until the job's end has come under every id. */
async function readOn(socket: RawSocket): Promise<readonly Loose[]> {
  const frames: Loose[] = [];
  let complete = 0;
  while (complete < subscriptions) {
    frames.push(await socket.next());
    if (frames.at(-1)?.type === 'complete') complete += 1;
  }
  return frames;
}

test('a client that stops reading costs no more memory as events go on, and sees every end when it reads again', async () => {
  const world = await openWorld();
  const { job, happen } = world;
  let current = await job('ada', 'TEST', 'x'.repeat(2000));
  for (const event of [claimed, accepted, processing]) current = await happen(current, event);
  const slow = await watchAlot(world, current);
  const quick = await world.connect();
  quick.send(
    subscribeMessage('quick', 'subscription ($id: ID!) { jobUpdated(id: $id) { version } }', { id: idOf(current) }),
  );
  await quick.next();

  slow.socket.pause();
  current = await poll(world, current, 5);
  const before = process.memoryUsage();
  current = await poll(world, current, 300);
  const after = process.memoryUsage();
  // An unbounded queue would hold 300 states of 100 subscriptions, 40 KB each: 1.2 GB.
  const grown = after.external + after.arrayBuffers - before.external - before.arrayBuffers;
  expect(grown).toBeLessThan(50_000_000);
  expect(toldOf(await framesOf(quick), 'quick', ({ version }) => version)).toHaveLength(305);

  await happen(current, completed);
  slow.socket.resume();
  const frames = await readOn(slow);
  for (let id = 0; id < subscriptions; id += 1) {
    const told = toldOf(frames, `${id}`, ({ version }) => version);
    expect(told.slice(-2)).toEqual([5, 'complete']);
    expect(told.filter((version) => version === 5)).toHaveLength(1);
  }
  expect(frames.length).toBeLessThan(subscriptions * 100);
});

test('a client that leaves more than 1 MiB unread for ten seconds is closed with 1013; one that reads in time is not', async () => {
  const world = await openWorld();
  const { job, happen, clock } = world;
  let current = await job('ada', 'TEST', 'x'.repeat(2000));
  for (const event of [claimed, accepted, processing]) current = await happen(current, event);
  const [late, inTime] = [await watchAlot(world, current), await watchAlot(world, current)];
  for (const { socket } of [late, inTime]) socket.pause();
  current = await poll(world, current, 5);
  await clock.advance(8000);
  inTime.socket.resume();
  await expect.poll(() => inTime.socket.readyState === inTime.socket.OPEN && inTime.socket.bufferedAmount).toBe(0);
  await framesOf(inTime);
  await clock.advance(4000);
  late.socket.resume();
  expect(await late.closed).toMatchObject({ code: 1013 });
  await happen(current, completed);
  const ends = (await readOn(inTime)).filter(({ type }) => type === 'complete');
  expect(ends).toHaveLength(subscriptions);
});

test('a client that does not read a small state costs little, and is cut off only for not responding to pings', async () => {
  const { job, happen, connect, clock } = await openWorld();
  const socket = await connect();
  let current = await job();
  for (const event of [claimed, accepted]) current = await happen(current, event);
  socket.send(
    subscribeMessage('w', 'subscription ($id: ID!) { jobUpdated(id: $id) { version } }', { id: idOf(current) }),
  );
  await socket.next();
  socket.socket.pause();
  for (let time = 0; time < 11; time += 1) {
    await clock.advance(1000);
    current = await happen(current, processing);
  }
  expect(socket.socket.readyState).toBe(socket.socket.OPEN);
  await clock.advance(13_000);
  socket.socket.resume();
  expect(await socket.closed).toMatchObject({ code: 1006 });
});
