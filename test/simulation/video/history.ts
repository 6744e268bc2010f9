import { posterFileOf, videoFileOf, withWaitingCopy } from '../../../src/domain/copy.ts';
import { erase } from '../../../src/domain/erasure.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { Store } from '../../../src/ports.ts';
import { strayAfterMs, sweepStrayFiles } from '../../../src/worker/stray-files.ts';
import { admit, changeOf, live, lives } from '../../store/contract/world.ts';
import { createMemoryLog } from '../../world/log.ts';
import { createWire } from '../bell-wire.ts';
import type { Weather } from '../climate.ts';
import { openDatabase } from '../database.ts';
import { createHazard } from '../hazard.ts';
import { createObservations } from '../observations.ts';
import { createRandom } from '../random.ts';
import { createTimeline } from '../timeline.ts';
import { createBlobs, createTemporary, type SimulatedFiles } from './files.ts';
import { startVideoNode, type VideoWorld } from './node.ts';

/** What became of the videos of a history. */
export type VideoResult = {
  readonly violations: readonly string[];
  /** Everything that happened, one line each. */
  readonly story: readonly string[];
  readonly counts: { stored: number; lost: number; deleted: number; crashes: number; strays: number };
};

const startAt = Date.UTC(2026, 0, 1);

const troubleMs = 30 * 60_000;

/** Longer than any lease, backoff and the hour of a video that is missing at the provider. */
const settleMs = 4 * 60 * 60_000;

/** Plays one history of nodes that copy videos. Everything random comes from the seed. */
export async function playVideos(seed: number): Promise<VideoResult> {
  const random = createRandom(seed);
  const timeline = createTimeline(startAt);
  const story: string[] = [];
  const trace = (who: string, what: string) => {
    story.push(`${((timeline.now() - startAt) / 1000).toFixed(3).padStart(9)} ${who.padEnd(9)} ${what}`);
  };
  const weather: Weather = {
    crash: random.pick([0, 0.01, 0.03]),
    pause: random.pick([0, 0, 0.01]),
    delay: 0.2,
    delayMs: 500,
    fault: random.pick([0, 0.02, 0.05]),
    drain: random.pick([0, 0.002]),
    lostRings: 0.2,
  };
  let ids = 0;
  const newId = () => `01900000-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`;
  const database = openDatabase(random, weather, newId);
  const { store } = database;
  const files: SimulatedFiles = { stored: new Map(), temporary: new Map(), lostAt: new Map(), mistakes: [] };
  const wire = createWire(timeline, random, weather);
  const observations = createObservations();
  const world: VideoWorld = { timeline, random, weather, files, store, wire, observations, newId, trace };
  database.isSpared = true;
  const jobs = await makeJobs(world);
  database.isSpared = false;
  for (let place = random.whole(1, 3); place > 0; place -= 1) startVideoNode(`node ${place}`, world);
  const deleteSpared = (job: Job) => {
    database.isSpared = true;
    deleteJob(store, job, timeline.now())
      .catch((error: unknown) => void files.mistakes.push(String(error)))
      .finally(() => {
        database.isSpared = false;
      });
  };
  for (const job of jobs) {
    if (random.chance(0.2)) timeline.at(startAt + random.whole(0, troubleMs), () => deleteSpared(job));
  }
  await timeline.runUntil(startAt + troubleMs);
  trace('world', 'calms down');
  Object.assign(weather, { crash: 0, pause: 0, delay: 0, fault: 0, drain: 0, lostRings: 0 });
  await timeline.runUntil(startAt + troubleMs + settleMs);

  database.isSpared = true;
  const rows = await store.findJobs(jobs.map(({ id }) => id));
  const violations = [
    ...files.mistakes,
    ...observations.violations.map(({ what }) => what),
    ...breachesOf(rows, world),
  ];
  const strays = await sweepLater(world);
  // The sweep removes what nobody knows, and nothing else.
  violations.push(...straysOf(rows, files), ...breachesOf(rows, world));
  const counts = {
    stored: rows.filter(({ copy }) => copy.state === 'STORED').length,
    lost: rows.filter(({ copy }) => copy.lost).length,
    deleted: rows.filter(({ deletedAt }) => deletedAt !== null).length,
    crashes: observations.departures.filter(({ how }) => how === 'crash').length,
    strays,
  };
  database.close();
  return { violations, story, counts };
}

/** Finished jobs whose copies fall due during the trouble. The provider loses some of their files early. */
async function makeJobs({ random, store, files }: VideoWorld): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (let count = random.whole(2, 9); count > 0; count -= 1) {
    const at = startAt + random.whole(0, troubleMs - 60_000);
    const { job } = await admit(store, { createdAt: startAt - 60_000, idempotencyKey: null });
    const running = await live(store, job, lives.queued, startAt - 60_000);
    const url = `https://files.example/${job.id}.mp4`;
    if (random.chance(0.2)) files.lostAt.set(url, at + random.whole(0, troubleMs));
    const video = { url, contentType: 'video/mp4', expiresAt: startAt + 7 * 24 * 60 * 60_000 };
    const change = withWaitingCopy(changeOf(running, { type: 'completed', video }, at), at);
    await store.commit(change, at);
    jobs.push(change.to);
  }
  return jobs;
}

async function deleteJob(store: Store, { id }: Job, now: number): Promise<void> {
  const current = await store.findJob(id);
  const change = current === null ? null : erase(current, now);
  if (change !== null) await store.commit(change, now);
}

/** A job's video is stored whole, or its source was gone first, or it was deleted. */
function breachesOf(rows: readonly Job[], { files, timeline }: VideoWorld): readonly string[] {
  return rows.flatMap(({ id, videoId, copy, video, deletedAt }) => {
    if (deletedAt !== null) return [];
    const url = video?.url ?? '';
    const isLost = (files.lostAt.get(url) ?? Number.POSITIVE_INFINITY) <= timeline.now();
    const file = files.stored.get(videoFileOf(videoId));
    const isThere = file?.of === url && file.isWhole;
    const hasPoster = files.stored.has(posterFileOf(videoId));
    if (copy.state === 'STORED' && !isThere) return [`${id} is STORED and the store does not have its bytes`];
    if (copy.state === 'STORED' && copy.hasPoster && !hasPoster) return [`${id} has a poster that is not stored`];
    if (copy.state === 'STORED' || isLost) return [];
    return [`${id} is ${copy.state} though the provider still has its video`];
  });
}

/** Two days later, without any fault. */
async function sweepLater(world: VideoWorld): Promise<number> {
  const { timeline, store, observations, newId } = world;
  const hazard = createHazard({ ...world, name: 'sweep', observations, trace: () => undefined });
  const now = () => timeline.now() + 2 * strayAfterMs;
  const clock = { now, monotonic: now, after: hazard.after, random: () => 0.5, newId, newSecretId: newId };
  const deps = { ...world, hazard };
  const sweeping = sweepStrayFiles({
    store,
    blobs: createBlobs(deps),
    files: createTemporary(deps, newId),
    clock,
    log: createMemoryLog(),
  });
  const state = { isOver: false };
  sweeping
    .catch((error: unknown) => void world.files.mistakes.push(String(error)))
    .finally(() => {
      state.isOver = true;
    });
  for (let minutes = 0; minutes < 60 && !state.isOver; minutes += 1) await timeline.runUntil(timeline.now() + 60_000);
  const { stored, temporary } = await sweeping;
  return stored + temporary;
}

/** What is left after the sweep and belongs to no stored video. */
function straysOf(rows: readonly Job[], files: SimulatedFiles): readonly string[] {
  const kept = new Set(
    rows
      .filter(({ copy }) => copy.state === 'STORED' || copy.state === 'WAITING')
      .flatMap(({ videoId }) => [videoFileOf(videoId), posterFileOf(videoId)]),
  );
  const stray = [...files.stored.keys()].filter((name) => !kept.has(name));
  return [...stray, ...files.temporary.keys()].map((name) => `${name} survives the sweep`);
}
