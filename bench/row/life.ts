import { setTimeout } from 'node:timers/promises';
import type { Fleet, User } from '../fleet.ts';
import { costsOf, inRotation, type Measurements, medianOf } from '../measure.ts';
import { bodyOf, initMessage, operations, subscribeMessage } from '../operation.ts';
import type { Line } from '../table.ts';
import { costOf } from './http.ts';
import { spreadOf } from './line.ts';
import type { Row, Stage } from './scale.ts';
import { firstJobOf } from './users.ts';

const settleMs = 500;

const anyJob = bodyOf(operations.jobs, { first: 1 });

/** New users, or new tokens of known ones, and the same users again: what the first request of each costs more than the second. */
async function firstRequests(fleet: Fleet, stage: Stage, nameOf: (nth: number, round: number) => string) {
  const { newcomers, warmUps, rounds } = stage.scale;
  const gateway = fleet.competitor('reelgate');
  const more: number[] = [];
  for (let round = 0; round < warmUps + rounds; round += 1) {
    const names = Array.from({ length: newcomers }, (_, nth) => nameOf(nth, round));
    const tokens = await Promise.all(names.map((name) => fleet.issuer.tokenOf(name)));
    const each = tokens.map((token) => ({ body: anyJob, authorization: `Bearer ${token}` }));
    const volley = { each, connections: 16, requests: newcomers };
    const first = await costOf(fleet, gateway, volley, 'cpu');
    const second = await costOf(fleet, gateway, volley, 'cpu');
    if (round >= warmUps) more.push(first.cost - second.cost);
  }
  return more;
}

/** Each socket subscribes to its user's job and completes at once, or does nothing. */
async function groupLife(fleet: Fleet, { scale }: Stage): Promise<Measurements> {
  const gateway = fleet.competitor('reelgate');
  const watching = fleet.users.slice(0, scale.users);
  const messagesOf = (user: User) => [
    subscribeMessage('1', operations.jobProgress, { id: firstJobOf(fleet, user) }),
    '{"id":"1","type":"complete"}',
  ];
  return inRotation(['subscribed', 'idle'], scale, async (name) => {
    const groups = watching.map((user) => ({
      sockets: 1,
      init: initMessage(user.token),
      messages: name === 'idle' ? [] : messagesOf(user),
    }));
    const before = await gateway.server.cpuMicros();
    await gateway.load.ask('connect', { port: gateway.port, groups });
    await setTimeout(settleMs);
    await gateway.load.ask('disconnect');
    return { cost: ((await gateway.server.cpuMicros()) - before) / groups.length, generator: null };
  });
}

function lineOf(work: string, micros: readonly number[]): Line {
  const bounds = { floor: Number.POSITIVE_INFINITY, goal: Number.POSITIVE_INFINITY };
  const figure = { measured: medianOf(micros), unit: 'µs of CPU', more: false, spread: spreadOf(micros) };
  return { work, against: '', ...bounds, ...figure, generator: null, from: '' };
}

/** What a user costs once: no row is compared with anybody. */
export const life: Row = {
  name: 'life',
  async measure(stage) {
    const lines: Line[] = [];
    for (const [kind, algorithm] of [
      ['published', 'ES256'],
      ['users', 'HS256'],
    ] as const) {
      const fleet = await stage.fleet(kind);
      const known = (nth: number) => fleet.users[nth]?.name ?? '';
      const check = await firstRequests(fleet, stage, known);
      lines.push(lineOf(`a token's first check, ${algorithm}`, check));
      if (algorithm === 'ES256') continue;
      const sight = await firstRequests(fleet, stage, (nth, round) => `new-${round}-${nth}`);
      lines.push(lineOf("a user's first sight, with the token's check", sight));
      const measurements = await groupLife(fleet, stage);
      const [subscribed, idle] = [costsOf(measurements, 'subscribed'), costsOf(measurements, 'idle')];
      lines.push(
        lineOf(
          "a group's making and end",
          subscribed.map((cost, round) => cost - (idle[round] ?? Number.NaN)),
        ),
      );
    }
    return lines;
  },
};
