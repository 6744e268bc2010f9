import type { Subject } from '../../src/gateway/viewer.ts';
import type { Clients } from './client.ts';
import type { Climate } from './climate.ts';
import type { Random } from './random.ts';
import type { Subscribers } from './subscriber.ts';
import type { Timeline } from './timeline.ts';

/** What planning receives. */
export type PlanDeps = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly climate: Climate;
  readonly clients: Clients;
  readonly subscribers: Subscribers;
};

/** The number of requests that have not ended. */
export type Pending = { count: number };

/** Draws the clients, and plans what they do within `withinMs`. */
export function planClients(deps: PlanDeps, withinMs: number): Pending {
  const { random, climate } = deps;
  const pending: Pending = { count: 0 };
  for (const userId of ['ada', 'bob'].slice(0, random.whole(1, 2))) {
    for (const environment of climate.environments) {
      planViewer(deps, { userId, environment, roles: ['admin'] }, withinMs, pending);
    }
  }
  return pending;
}

function planViewer(
  { timeline, random, climate, clients, subscribers }: PlanDeps,
  viewer: Subject,
  withinMs: number,
  pending: Pending,
): void {
  const randomInstant = (latestMs: number) => timeline.now() + random.whole(0, latestMs);
  const keyed = (probability: number, name: string) =>
    random.chance(probability) ? `${name}${random.whole(1, 3)}` : null;
  const times = (most: number, plan: () => void) => {
    for (let count = random.whole(0, most); count > 0; count -= 1) plan();
  };

  function request(instant: number, act: () => Promise<void>): void {
    pending.count += 1;
    timeline.at(instant, () => {
      const done = () => {
        pending.count -= 1;
      };
      act().then(done, done);
    });
  }

  /** Subscribers may stay forever, so they do not count as pending. */
  function subscription(instant: number, act: () => Promise<void>): void {
    timeline.at(instant, () => {
      act().catch(() => undefined);
    });
  }

  function planJob(): void {
    const key = keyed(0.6, 'k');
    const asksAt = randomInstant(withinMs * 0.7);
    request(asksAt, () => clients.generate(viewer, key));
    if (key !== null && random.chance(0.3))
      request(asksAt + random.whole(0, 3000), () => clients.generate(viewer, key));
    // Without faults, only subscribers that join while the job is being sent could be notified late.
    times(climate.isFair ? 6 : 2, () => {
      const leaves = random.whole(0, 3);
      const joinsAt = asksAt + random.pick([random.whole(0, 1500), random.whole(4000, 30_000)]);
      subscription(joinsAt, async () => {
        const jobId = clients.knownJob(viewer);
        if (jobId !== undefined) await subscribers.watchJob(viewer, jobId, leaves);
      });
    });
    if (random.chance(0.2)) request(asksAt + random.whole(0, 6000), () => clients.cancel(viewer));
  }

  if (random.chance(0.6)) request(timeline.now(), () => clients.grant(viewer, keyed(0.6, 'g')));
  planJob();
  times(3, planJob);
  times(2, () => request(randomInstant(withinMs), () => clients.grant(viewer, keyed(0.6, 'g'))));
  times(1, () => request(randomInstant(withinMs), () => clients.cancel(viewer)));
  times(2, () => request(randomInstant(withinMs) + 10_000, () => clients.retry(viewer, keyed(0.5, 'r'))));
  const from = random.pick([0, 'now', 'unknown'] as const);
  subscription(randomInstant(withinMs / 4), () => subscribers.followFeed(viewer, from, random.whole(0, 3)));
  times(1, () => subscription(randomInstant(withinMs / 2), () => subscribers.watchAccount(viewer, random.whole(0, 3))));
}
