import { type SimulatedNode, startNode, type World } from './node.ts';
import type { Trouble } from './observations.ts';

/** The nodes of a history. A node that has ended is replaced after a while. */
export interface Cluster {
  readonly places: readonly string[];
  /** A random running node, which may be paused; null while there is none. */
  anyNode(): SimulatedNode | null;
}

const maxAbsenceMs = 30_000;

/** How long a started process may need before it works. */
const startMs = 2000;

/** Starts as many nodes as the climate sets, and replaces each one that ends. */
export function startCluster(world: World): Cluster {
  const { timeline, random, climate, observations } = world;
  const places = Array.from({ length: climate.nodes }, (_, index) => `node ${index + 1}`);
  const nodes = new Map<string, SimulatedNode>();
  const starts = new Map<string, number>();

  function start(place: string, absence: Trouble | null): void {
    const count = (starts.get(place) ?? 0) + 1;
    starts.set(place, count);
    if (absence !== null) absence.to = timeline.now() + startMs;
    const node = startNode(`${place}#${count}`, world);
    nodes.set(place, node);
    node.hazard.gone.then(
      ({ how }) => {
        nodes.delete(place);
        const waitMs = how === 'crash' ? random.whole(100, maxAbsenceMs) : random.whole(100, 2000);
        const next: Trouble = { place, from: timeline.now(), to: Number.POSITIVE_INFINITY };
        observations.troubles.push(next);
        timeline.at(timeline.now() + waitMs, () => start(place, next));
      },
      () => undefined,
    );
  }

  const anyNode = () => (nodes.size === 0 ? null : random.pick([...nodes.values()]));
  for (const place of places) start(place, null);
  return { places, anyNode };
}

/** Plans when nodes are killed and when the database refuses writes. */
export function planTroubles(world: World, { anyNode }: Cluster, withinMs: number): void {
  const { timeline, random, climate, database, observations, trace } = world;
  const randomInstant = () => timeline.now() + random.whole(0, withinMs);
  for (let count = climate.kills; count > 0; count -= 1) {
    timeline.at(randomInstant(), () => anyNode()?.hazard.end('crash', 'out of the blue'));
  }
  for (let count = climate.outages; count > 0; count -= 1) {
    const from = randomInstant();
    const to = Math.min(from + random.whole(1000, 40_000), timeline.now() + withinMs);
    timeline.at(from, () => {
      database.isOut = true;
      observations.troubles.push({ place: null, from, to: to + 5000 });
      trace('database', 'refuses writes');
    });
    timeline.at(to, () => {
      database.isOut = false;
      trace('database', 'accepts writes again');
    });
  }
}
