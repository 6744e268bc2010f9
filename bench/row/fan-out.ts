import { peerNames, serverNames } from '../fleet.ts';
import { initMessage, operations, subscribeMessage } from '../operation.ts';
import { cheaperThan } from './line.ts';
import type { Row } from './scale.ts';
import type { Scene } from './scene.ts';
import { costsOfScene, firstJobOf } from './users.ts';

// The ceilings: one user watches everything, so that all bytes can be shared. No real installation is like this.

const costs = 'CPU per message, µs';

/** One event of one job, for all its subscribers. */
export const fanOut: Row = {
  name: 'fan-out',
  async measure({ scale, fleet: open }) {
    const fleet = await open('crowd');
    const [user] = fleet.users;
    if (user === undefined) throw new Error('There is no user');
    const messages = [subscribeMessage('1', operations.jobUpdated, { id: firstJobOf(fleet, user) })];
    const scene: Scene = {
      groups: [{ sockets: scale.crowd, init: initMessage(user.token), messages }],
      change: { kind: 'polled', jobs: user.places.slice(0, 1) },
      results: scale.crowd,
    };
    const measurements = await costsOfScene({ fleet, names: serverNames, scale }, scene);
    const work = `one event → ${scale.crowd.toLocaleString('en')} sockets of one user`;
    return [
      cheaperThan(measurements, { work, against: 'raw ws', others: ['raw'], floor: 0.9, goal: 1.05, costs }),
      cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 3.5, goal: 4, costs }),
    ];
  },
};

/** Ten events in one turn, none of which may be skipped. */
export const burst: Row = {
  name: 'burst',
  async measure({ scale, fleet: open }) {
    const fleet = await open('crowd');
    const [user] = fleet.users;
    if (user === undefined) throw new Error('There is no user');
    const jobs = user.places.slice(0, 10);
    const messages = [subscribeMessage('1', operations.jobEvents, {})];
    const scene: Scene = {
      groups: [{ sockets: scale.burst, init: initMessage(user.token), messages }],
      change: { kind: 'moved', jobs },
      results: scale.burst * jobs.length,
    };
    const measurements = await costsOfScene({ fleet, names: serverNames, scale }, scene);
    const work = `ten events in one turn → ${scale.burst.toLocaleString('en')} sockets of one user`;
    return [
      cheaperThan(measurements, { work, against: 'raw ws', others: ['raw'], floor: 4, goal: 7, costs }),
      cheaperThan(measurements, { work, against: 'best peer', others: peerNames, floor: 15, goal: 25, costs }),
    ];
  },
};
