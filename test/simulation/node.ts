import { createLocalBudget, createOpenBudget } from '../../src/adapter/budget/local.ts';
import type { Environment } from '../../src/domain/job.ts';
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts';
import type { Budget, Clock } from '../../src/ports.ts';
import { createEstimates } from '../../src/read/estimates.ts';
import { createViews } from '../../src/read/views.ts';
import { createWatch } from '../../src/read/watch.ts';
import { createPoller, type Poller } from '../../src/worker/poller.ts';
import { recoverJobs } from '../../src/worker/recovery.ts';
import { testVideos } from '../world/videos.ts';
import { createWiredBell, type Wire } from './bell-wire.ts';
import type { Climate } from './climate.ts';
import type { SimulatedDatabase } from './database.ts';
import { createHazard, type Hazard } from './hazard.ts';
import { createNodeLog, endangerBudget, endangerStore } from './node-port.ts';
import { createNodeProvider } from './node-provider.ts';
import type { Observations } from './observations.ts';
import type { SimulatedProvider } from './provider.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** One process of the gateway: real code with simulated ports. */
export type SimulatedNode = {
  readonly name: string;
  readonly hazard: Hazard;
  readonly gateway: Gateway;
};

/** Everything that the nodes of a history share. */
export type World = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly climate: Climate;
  readonly database: SimulatedDatabase;
  readonly provider: SimulatedProvider;
  readonly wire: Wire;
  readonly observations: Observations;
  readonly newId: () => string;
  readonly trace: (who: string, what: string) => void;
};

/** What the parts of one node receive. */
export type NodeDeps = { readonly name: string; readonly world: World; readonly hazard: Hazard };

/** Starts a node; its pollers run until it ends. */
export function startNode(name: string, world: World): SimulatedNode {
  const { timeline, random, climate, observations } = world;
  const trace = (what: string) => world.trace(name, what);
  const hazard = createHazard({ name, timeline, random, weather: climate.weather, observations, trace });
  const deps: NodeDeps = { name, world, hazard };
  const startedAt = timeline.now();
  const clock: Clock = {
    now: timeline.now,
    monotonic: () => timeline.now() - startedAt,
    after: hazard.after,
    random: random.next,
    newId: world.newId,
    newSecretId: () => world.newId().replaceAll('-', ''),
  };
  const log = createNodeLog(deps);
  const store = endangerStore(deps);
  const bell = createWiredBell(world.wire, hazard);
  const views = createViews({ bell, clock, log });
  const estimates = createEstimates({ store, clock });
  const open = (environment: Environment) =>
    createPoller({
      environment,
      store,
      provider: createNodeProvider(deps, clock),
      bell,
      budget: endangerBudget(budgetOf(environment, climate, clock), hazard),
      clock,
      estimates,
      pace: climate.pace,
      keepsVideos: false,
      log,
    });
  const pollers = new Map(climate.environments.map((environment) => [environment, open(environment)]));
  const gateway = createGateway({
    store,
    bell,
    clock,
    watch: createWatch({ store, views, clock }),
    estimates,
    videos: testVideos,
    settings: settingsOf(climate),
  });
  // A process that owns the database alone first ends the submits that its predecessor left unfinished.
  const isAlone = climate.nodes === 1;
  const spreadMs = climate.pace.intervalMs;
  (isAlone ? recoverJobs({ store, clock, log, spreadMs }) : Promise.resolve([])).then(
    () => {
      for (const poller of pollers.values()) poller.start();
      hazard.onStop(() => {
        drain([...pollers.values()], deps).catch(() => undefined);
      });
    },
    () => hazard.end('crash', 'at its start'),
  );
  return { name, hazard, gateway };
}

/** Stops a node as its operator does: it claims no more work, finishes the requests in flight, and leaves. */
async function drain(pollers: readonly Poller[], { hazard, world }: NodeDeps): Promise<void> {
  await Promise.all(pollers.map((poller) => poller.stop())).catch((error: unknown) => {
    world.observations.violations.push({ invariant: 'no fault of its own', what: `a stop failed: ${String(error)}` });
  });
  hazard.end('leave', 'as asked');
}

/** TEST is the sandbox, which has no budget. */
function budgetOf(environment: Environment, { requestsPerMinute }: Climate, clock: Clock): Budget {
  return environment === 'LIVE' ? createLocalBudget({ requestsPerMinute, clock }) : createOpenBudget({ clock });
}

function settingsOf({ priceCredits, signupCredits, pace, jobsInFlight }: Climate) {
  return {
    priceCredits,
    signupCredits: { LIVE: signupCredits, TEST: signupCredits },
    deadlineMs: pace.deadlineMs,
    jobsPerMinute: 1000,
    jobsInFlight,
  };
}
