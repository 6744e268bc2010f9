import { createLocalBell } from '../../src/adapter/bell/local.ts';
import type { Bell } from '../../src/ports.ts';
import type { Weather } from './climate.ts';
import type { Hazard } from './hazard.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** The wire between the nodes' bells; it loses, doubles and delays rings. */
export interface Wire {
  send(topics: readonly string[]): void;
  join(ring: (topics: readonly string[]) => void): () => void;
}

const maxLateMs = 8000;

/** Creates the wire of all nodes, as unreliable as the weather sets it. */
export function createWire(timeline: Timeline, random: Random, weather: Weather): Wire {
  const ends = new Set<(topics: readonly string[]) => void>();
  return {
    send(topics) {
      for (const ring of ends) {
        if (random.chance(weather.lostRings)) continue;
        const copies = random.chance(weather.lostRings) ? 2 : 1;
        for (let copy = 0; copy < copies; copy += 1) {
          const lateMs = random.chance(weather.lostRings * 2) ? random.whole(1, maxLateMs) : 0;
          timeline.at(timeline.now() + lateMs, () => ring(topics));
        }
      }
    },
    join(ring) {
      ends.add(ring);
      return () => {
        ends.delete(ring);
      };
    },
  };
}

/** A node's bell. Only the wire rings its listeners, so that even its own rings may be lost. */
export function createWiredBell(wire: Wire, hazard: Hazard): Bell {
  const local = createLocalBell();
  const leave = wire.join((topics) => {
    hazard.after(0, () => local.ring(topics));
  });
  return {
    ring(topics) {
      if (!hazard.strike('before ring')) return;
      wire.send(topics);
      hazard.strike('after ring');
    },
    listen: local.listen,
    close() {
      leave();
      return local.close();
    },
  };
}
