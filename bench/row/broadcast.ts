import { costsOf, inRotation, medianOf } from '../measure.ts';
import { initMessage, operations, subscribeMessage } from '../operation.ts';
import { jobRequests } from './http.ts';
import { spreadOf } from './line.ts';
import type { Row } from './scale.ts';
import { closeScene, openScene, type Scene } from './scene.ts';
import { firstJobOf } from './users.ts';

/** A poller commits at most this many polls at once. */
const polledAtOnce = 128;

const socketsEach = 2;

/** How much longer a query takes while thousands of sockets are told of polls: the 99th percentile, against idle sockets. */
export const stall: Row = {
  name: 'stall',
  async measure({ scale, fleet: open }) {
    const fleet = await open('users');
    const { server, load, port, name } = fleet.competitor('reelgate');
    const watching = fleet.users.slice(0, scale.users);
    const places = watching.flatMap((user) => user.places.slice(0, 1));
    const scene: Scene = {
      groups: watching.map((user) => ({
        sockets: socketsEach,
        init: initMessage(user.token),
        messages: [subscribeMessage('1', operations.jobProgress, { id: firstJobOf(fleet, user) })],
      })),
      change: { kind: 'polled', jobs: places },
      results: watching.length * socketsEach,
    };
    await openScene([{ server, load, port, name }], scene);
    // One user alone would reach the default limit per minute.
    const sample = { port, each: jobRequests(fleet), requests: scale.queries, everyMs: 2 };
    let messages = 0;
    const rounds = { warmUps: 1, rounds: scale.rounds };
    const measurements = await inRotation(['idle', 'told'], rounds, async (state) => {
      if (state === 'idle') return { cost: await fleet.http.ask('slowest', sample), generator: null };
      const over = new AbortController();
      const sampling = fleet.http.ask('slowest', sample).finally(() => over.abort());
      for (let from = 0; !over.signal.aborted; from = (from + polledAtOnce) % places.length) {
        const change = { kind: 'polled', jobs: places.slice(from, from + polledAtOnce) } as const;
        await load.ask('reset');
        await server.ask('prepare', change);
        await server.ask('publish', change);
        await load.ask('received', change.jobs.length * socketsEach);
        messages += change.jobs.length * socketsEach;
      }
      return { cost: await sampling, generator: null };
    });
    await closeScene([{ server, load, port, name }]);
    const [idle, told] = [costsOf(measurements, 'idle'), costsOf(measurements, 'told')];
    const more = told.map((cost, round) => cost - (idle[round] ?? Number.NaN));
    return [
      {
        work: `p99 of a query while ${scene.results.toLocaleString('en')} sockets are told`,
        against: 'idle sockets',
        floor: 15,
        goal: 8,
        measured: medianOf(more),
        unit: 'ms',
        more: false,
        spread: spreadOf(more),
        generator: null,
        from: `ms: ${medianOf(told).toFixed(1)} told, ${medianOf(idle).toFixed(1)} idle; ${messages.toLocaleString('en')} messages`,
      },
    ];
  },
};
