import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Job } from '../../client/src/index.ts';
import type { Gate } from './gate.ts';
import { collect, jobOf } from './watching.ts';
import { hold, openKit, openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);

afterAll(() => world.close());

const isSorted = (jobs: readonly Job[]) => jobs.every(({ version }, at) => version >= (jobs[at - 1]?.version ?? 0));

/** Treats everything that passes the gate alike. */
function block(gate: Gate, treatment: Gate['sockets']): void {
  Object.assign(gate, { sockets: treatment, streams: treatment, requests: treatment });
}

/** The jobs for which an operation was sent. */
const namesOf = (gate: Gate, operation: string) =>
  gate.sent.filter(({ name }) => name === operation).map(({ variables }) => variables['id']);

describe('watch', () => {
  it('starts with the current state, drops older ones and ends by itself', async () => {
    const kit = openKit(world.gateway, { user: 'watcher' });
    const release = hold(world);
    const id = await jobOf(kit, 'Watched');
    const jobs = await collect(kit.watch(id), ({ status }) => {
      if (status === 'PROCESSING') release();
    });
    expect(jobs.at(-1)).toMatchObject({ status: 'COMPLETED', video: { url: expect.stringContaining('.mp4') } });
    expect(isSorted(jobs)).toBe(true);
    expect(kit.way()).toBe('socket');
    // A job that has ended is its own first and last state.
    expect(await collect(kit.watch(id))).toMatchObject([{ status: 'COMPLETED' }]);
  });

  it('ends without an error when its signal aborts, and when the loop is left', async () => {
    const kit = openKit(world.gateway, { user: 'leaver' });
    const release = hold(world);
    const id = await jobOf(kit, 'Left');
    const controller = new AbortController();
    const jobs = await collect(kit.watch(id, { signal: controller.signal }), () => controller.abort());
    expect(jobs).toHaveLength(1);
    for await (const _job of kit.watch(id)) break;
    release();
  });

  it('throws what the gateway says of a job that does not exist', async () => {
    const kit = openKit(world.gateway, { user: 'stranger' });
    await expect(collect(kit.watch('none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('continues after its connection broke', async () => {
    const gate = await world.gate();
    const kit = openKit(gate, { user: 'broken' });
    const release = hold(world);
    const id = await jobOf(kit, 'Broken');
    let isCut = false;
    const jobs = await collect(kit.watch(id), () => {
      if (!isCut) gate.cut();
      else release();
      isCut = true;
    });
    expect(jobs.at(-1)?.status).toBe('COMPLETED');
    expect(gate.upgrades()).toBeGreaterThan(1);
    expect(kit.way()).toBe('socket');
  });

  it('takes server-sent events after three sockets that never opened', async () => {
    const gate = await world.gate();
    gate.sockets = 'refused';
    const kit = openKit(gate, { user: 'socketless' });
    const id = await jobOf(kit, 'Without sockets');
    expect((await collect(kit.watch(id))).at(-1)?.status).toBe('COMPLETED');
    expect([kit.way(), gate.upgrades()]).toEqual(['stream', 3]);
    expect(gate.sent.map(({ name }) => name)).toContain('JobUpdated');
  });

  it('polls where neither gets through', async () => {
    const gate = await world.gate();
    gate.sockets = 'refused';
    gate.streams = 'refused';
    const kit = openKit(gate, { user: 'poller' });
    const id = await jobOf(kit, 'With queries only');
    expect((await collect(kit.watch(id))).at(-1)?.status).toBe('COMPLETED');
    expect([kit.way(), gate.upgrades()]).toEqual(['poll', 3]);
    await expect(collect(kit.watch('none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stays with sockets while the gateway itself is away, and says that the connection is lost', async () => {
    const gate = await world.gate();
    const kit = openKit(gate, { user: 'returner' });
    const states: string[] = [kit.connection()];
    kit.onConnection(() => void states.push(kit.connection()));
    const release = hold(world);
    const id = await jobOf(kit, 'Away for a while');
    const watching = [collect(kit.watch(id)), collect(kit.watch(id))];
    await expect.poll(() => kit.connection()).toBe('live');
    block(gate, 'refused');
    gate.cut();
    await expect.poll(() => gate.sent.filter(({ name }) => name === 'Sign').length).toBeGreaterThan(1);
    expect([kit.way(), kit.connection()]).toEqual(['socket', 'lost']);
    block(gate, 'open');
    await expect.poll(() => kit.connection()).toBe('live');
    release();
    for (const jobs of await Promise.all(watching)) expect(jobs.at(-1)?.status).toBe('COMPLETED');
    expect(states).toEqual(['idle', 'live', 'lost', 'live', 'idle']);
    expect(gate.sent.map(({ name }) => name)).not.toContain('JobUpdated');
  }, 120_000);

  it('returns from polls to sockets if the gateway itself had been away', async () => {
    const gate = await world.gate();
    const kit = openKit(gate, { user: 'poller returns' });
    const release = hold(world);
    const id = await jobOf(kit, 'Away for a while');
    gate.sockets = 'refused';
    gate.streams = 'refused';
    const watching = collect(kit.watch(id));
    await expect.poll(() => kit.way()).toBe('poll');
    await expect.poll(() => kit.connection()).toBe('live');
    block(gate, 'refused');
    await expect.poll(() => kit.connection()).toBe('lost');
    block(gate, 'open');
    await expect.poll(() => kit.way()).toBe('socket');
    release();
    expect((await watching).at(-1)?.status).toBe('COMPLETED');
  }, 120_000);

  it('leaves a page connections for its requests: four streams at most, and polls beside them', async () => {
    const gate = await world.gate();
    gate.sockets = 'refused';
    vi.stubGlobal('location', { href: gate.url });
    onTestFinished(() => void vi.unstubAllGlobals());
    const kit = openKit(gate, { user: 'crowd' });
    const release = hold(world);
    const ids = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => jobOf(kit, `Of a crowd: ${name}`)));
    const seen = new Set<string>();
    const watching = ids.map((id) => collect(kit.watch(id), () => void seen.add(id)));
    await expect.poll(() => seen.size).toBe(5);
    expect(new Set(namesOf(gate, 'JobUpdated')).size).toBe(4);
    // An operation of one's own has no query that could replace it: it waits for a place.
    const query = 'subscription Own($id:ID!){jobUpdated(id:$id){status}}';
    const own = kit.subscribe({ query, variables: { id: ids[0] } });
    const first = own.next();
    release();
    for (const jobs of await Promise.all(watching)) expect(jobs.at(-1)?.status).toBe('COMPLETED');
    expect((await first).value).toMatchObject({ data: { jobUpdated: { status: 'COMPLETED' } } });
    await own.return();
  }, 120_000);

  it.each(['socket', 'stream', 'poll'] as const)('ends by %s without an error when the kit is closed', async (way) => {
    const gate = await world.gate();
    if (way !== 'socket') gate.sockets = 'refused';
    if (way === 'poll') gate.streams = 'refused';
    const kit = openKit(gate, { user: `closer by ${way}` });
    const release = hold(world);
    const id = await jobOf(kit, `Closed by ${way}`);
    const watching = collect(kit.watch(id));
    await expect.poll(() => [kit.way(), kit.connection()]).toEqual([way, 'live']);
    kit.close();
    expect((await watching).at(-1)?.status).not.toBe('COMPLETED');
    expect(kit.connection()).toBe('idle');
    // What is watched later opens a connection of its own.
    release();
    expect((await collect(kit.watch(id))).at(-1)?.status).toBe('COMPLETED');
  });

  it('needs no class of WebSockets, as in Node 20', async () => {
    const kit = openKit(world.gateway, { user: 'old', webSocket: undefined });
    const id = await jobOf(kit, 'In an old program');
    expect((await collect(kit.watch(id))).at(-1)?.status).toBe('COMPLETED');
    expect(kit.way()).toBe('stream');
  });

  it('lets many watches share one socket', async () => {
    const gate = await world.gate();
    const kit = openKit(gate, { user: 'many' });
    const ids = await Promise.all([1, 2, 3, 4].map((at) => jobOf(kit, `One of many ${at}`)));
    const all = await Promise.all(ids.map((id) => collect(kit.watch(id))));
    expect(all.map((jobs) => jobs.at(-1)?.status)).toEqual(ids.map(() => 'COMPLETED'));
    expect(gate.upgrades()).toBe(1);
  });
});

describe('watchCredits', () => {
  it('shows the account now and after every change', async () => {
    const kit = openKit(world.gateway, { user: 'payer' });
    const seen: number[] = [];
    for await (const { available, held } of kit.watchCredits()) {
      if (seen.length === 0) await kit.generate({ prompt: 'Paid' });
      seen.push(available);
      if (seen.length > 1 && held === 0) break;
    }
    expect(seen[0]).toBeGreaterThan(seen.at(-1) ?? Number.NaN);
  });
});
