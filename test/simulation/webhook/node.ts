import type { Clock, Log, Store } from '../../../src/ports.ts';
import { createDeliverer } from '../../../src/worker/deliverer.ts';
import { createWiredBell, type Wire } from '../bell-wire.ts';
import { DatabaseFault } from '../database.ts';
import { createHazard } from '../hazard.ts';
import type { Observations } from '../observations.ts';
import { createSender, type SenderDeps } from './receivers.ts';

/** What the nodes of a history of webhooks share. */
export type WebhookWorld = Omit<SenderDeps, 'hazard'> & {
  readonly store: Store;
  readonly wire: Wire;
  readonly observations: Observations;
  readonly newId: () => string;
  readonly trace: (who: string, what: string) => void;
};

/** How long the place of a node that has ended stays empty, at most. */
const maxAbsenceMs = 30_000;

/** Starts a node that sends webhooks, and another in its place whenever it has ended. */
export function startWebhookNode(place: string, world: WebhookWorld, count = 1): void {
  const { timeline, random, weather, observations, store, newId } = world;
  const name = `${place}#${count}`;
  const trace = (what: string) => world.trace(name, what);
  const hazard = createHazard({ name, timeline, random, weather, observations, trace });
  const clock: Clock = {
    now: timeline.now,
    monotonic: timeline.now,
    after: hazard.after,
    random: random.next,
    newId,
    newSecretId: newId,
  };
  const endangered = new Proxy(store, {
    get(target, verb: keyof Store) {
      // All of a store's members are methods that return promises.
      const method = target[verb] as (...inputs: unknown[]) => Promise<unknown>;
      // Most claims find nothing.
      const point = verb === 'claimWebhooks' ? 'webhooks due' : verb;
      return (...inputs: unknown[]) => hazard.call(point, () => method(...inputs));
    },
  });
  const deliverer = createDeliverer({
    store: endangered,
    bell: createWiredBell(world.wire, hazard),
    clock,
    log: createDelivererLog(world, trace),
    sender: createSender({ ...world, hazard }),
    secrets: { sign: (_, { id, at }) => ({ 'webhook-id': id, 'webhook-timestamp': String(at) }) },
  });
  deliverer.start();
  hazard.onStop(() => {
    deliverer.stop().then(
      () => hazard.end('leave', 'as asked'),
      (error: unknown) =>
        observations.violations.push({ invariant: 'no fault of its own', what: `stop: ${String(error)}` }),
    );
  });
  hazard.gone.then(
    () =>
      timeline.at(timeline.now() + random.whole(100, maxAbsenceMs), () => startWebhookNode(place, world, count + 1)),
    () => undefined,
  );
}

/** Writes to the story. An error that no port has made is a mistake of the node. */
function createDelivererLog({ observations }: WebhookWorld, trace: (what: string) => void): Log {
  const write = ({ err }: Readonly<Record<string, unknown>>, message: string) => {
    trace(`${message} ${err instanceof Error ? err.message : ''}`);
    if (err instanceof Error && !(err instanceof DatabaseFault))
      observations.violations.push({ invariant: 'no fault of its own', what: `${message} ${err.stack ?? ''}` });
  };
  return { debug: () => undefined, info: write, warn: write, error: write };
}
