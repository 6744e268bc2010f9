import { type SimulatedNode, startNode, type World } from './node.ts';
import type { Trouble } from './witness.ts';

/** The nodes of a history, of which one that is gone is replaced after a while. */
export interface Cluster {
  readonly places: readonly string[];
  /** A node that is there, though it may stand still; null while there is none. */
  anyNode(): SimulatedNode | null;
}

const longestAbsenceMs = 30_000;

/** A process that has started needs a moment before it works. */
const startMs = 2000;

/** Starts as many nodes as the climate wants, and plans what befalls them as a whole. */
export function startCluster(world: World): Cluster {
  const { timeline, random, climate, witness } = world;
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
        const waitMs = how === 'crash' ? random.whole(100, longestAbsenceMs) : random.whole(100, 2000);
        const next: Trouble = { place, from: timeline.now(), to: Number.POSITIVE_INFINITY };
        witness.troubles.push(next);
        timeline.at(timeline.now() + waitMs, () => start(place, next));
      },
      () => undefined,
    );
  }

  const anyNode = () => (nodes.size === 0 ? null : random.pick([...nodes.values()]));
  for (const place of places) start(place, null);
  return { places, anyNode };
}

/** Plans, within a time, the moments at which some node is killed, and the database takes no writes. */
export function planTroubles(world: World, { anyNode }: Cluster, withinMs: number): void {
  const { timeline, random, climate, database, witness, tell } = world;
  const someday = () => timeline.now() + random.whole(0, withinMs);
  for (let count = climate.kills; count > 0; count -= 1) {
    timeline.at(someday(), () => anyNode()?.hazard.end('crash', 'out of the blue'));
  }
  for (let count = climate.outages; count > 0; count -= 1) {
    const from = someday();
    const to = Math.min(from + random.whole(1000, 40_000), timeline.now() + withinMs);
    timeline.at(from, () => {
      database.isOut = true;
      witness.troubles.push({ place: null, from, to: to + 5000 });
      tell('database', 'takes no more writes');
    });
    timeline.at(to, () => {
      database.isOut = false;
      tell('database', 'takes writes again');
    });
  }
}
