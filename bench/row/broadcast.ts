import { setTimeout as sleep } from 'node:timers/promises';
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

/** As the poller does at its usual interval: it begins with a job again after this long. */
const pollEveryMs = 7000;

/** `polled`: each job is polled every 7 s. `flooded`: as often as the server can, which is then busy all the time. */
const states = ['idle', 'polled', 'flooded'] as const;

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
    const messages = { idle: 0, polled: 0, flooded: 0 };

    async function tell(state: (typeof states)[number], from: number): Promise<void> {
      const change = { kind: 'polled', jobs: places.slice(from, from + polledAtOnce) } as const;
      await load.ask('reset');
      await server.ask('prepare', change);
      await server.ask('publish', change);
      await load.ask('received', change.jobs.length * socketsEach);
      messages[state] += change.jobs.length * socketsEach;
    }

    const measurements = await inRotation(states, scale, async (each) => {
      const state = states.find((known) => known === each) ?? 'idle';
      const over = new AbortController();
      const sampling = fleet.http.ask('slowest', sample).finally(() => over.abort());
      const pauseMs = state === 'polled' ? (pollEveryMs * Math.min(polledAtOnce, places.length)) / places.length : 0;
      let next = performance.now();
      for (let from = 0; state !== 'idle' && !over.signal.aborted; from = (from + polledAtOnce) % places.length) {
        await tell(state, from);
        next += pauseMs;
        if (pauseMs > 0) await sleep(Math.max(0, next - performance.now()));
      }
      return { cost: await sampling, generator: null };
    });
    await closeScene([{ server, load, port, name }]);
    const idle = costsOf(measurements, 'idle');
    const sockets = scene.results.toLocaleString('en');
    return [
      { state: 'polled', work: `p99 of a query while ${sockets} sockets are told, each every 7 s`, floor: 15, goal: 8 },
      {
        state: 'flooded',
        work: 'the same, told without a pause',
        floor: Number.POSITIVE_INFINITY,
        goal: Number.POSITIVE_INFINITY,
      },
    ].map(({ state, ...line }) => {
      const told = costsOf(measurements, state);
      const more = told.map((cost, round) => cost - (idle[round] ?? Number.NaN));
      const count = messages[state === 'polled' ? 'polled' : 'flooded'];
      return {
        ...line,
        against: 'idle sockets',
        measured: medianOf(more),
        unit: 'ms',
        more: false,
        spread: spreadOf(more),
        generator: null,
        from: `ms: ${medianOf(told).toFixed(1)} told, ${medianOf(idle).toFixed(1)} idle; ${count.toLocaleString('en')} messages`,
      };
    });
  },
};
