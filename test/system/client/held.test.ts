import { afterAll, beforeAll, expect, it } from 'vitest';
import { collect, jobOf } from '../../client/watching.ts';
import { openKit, openWorld, type World } from '../../client/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);

afterAll(() => world.close());

it('the kit takes server-sent events where sockets are neither opened nor refused', async () => {
  const gate = await world.gate();
  gate.sockets = 'held';
  const kit = openKit(gate, { user: 'held' });
  const id = await jobOf(kit, 'With hanging sockets');
  expect((await collect(kit.watch(id))).at(-1)?.status).toBe('COMPLETED');
  expect([kit.way(), gate.upgrades()]).toEqual(['stream', 3]);
}, 180_000);
