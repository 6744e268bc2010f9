import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, jobOf } from './watching.ts';
import { hold, liveToken, openKit, openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);

afterAll(() => world.close());

describe('a token', () => {
  it('is asked for once, and again when the gateway closes the socket or refuses a request', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      return liveToken('expiring', Math.floor(Date.now() / 1000) + (asked === 1 ? 6 : 3600));
    };
    const kit = openKit(world.gateway, { user: 'expiring', token });
    const release = hold(world);
    const id = await jobOf(kit, 'Outlives its token');
    await Promise.all([kit.credits(), kit.quote()]);
    expect(asked).toBe(1);
    const watching = collect(kit.watch(id));
    await expect.poll(() => asked).toBe(2);
    expect(await kit.credits()).toMatchObject({ userId: 'expiring' });
    release();
    expect((await watching).at(-1)?.status).toBe('COMPLETED');
    expect(asked).toBe(2);
  }, 150_000);

  it('is renewed after a 401', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      return asked === 1 ? liveToken('late', Math.floor(Date.now() / 1000) - 60) : liveToken('late');
    };
    const kit = openKit(world.gateway, { user: 'late', token });
    const answers = await Promise.all([kit.credits(), kit.credits()]);
    expect(answers).toMatchObject([{ userId: 'late' }, { userId: 'late' }]);
    expect(asked).toBe(2);
  });

  it.each(['socket', 'stream'])('that stays refused ends a watch by %s with the gateway’s sentence', async (way) => {
    const options = way === 'stream' ? { webSocket: undefined } : {};
    const kit = openKit(world.gateway, { user: 'nobody', token: () => 'none', ...options });
    await expect(collect(kit.watch('any'))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringContaining('not valid'),
    });
    const fixed = openKit(world.gateway, { user: 'nobody', token: 'none', ...options });
    await expect(collect(fixed.watch('any'))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(fixed.credits()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('that is a page of the backend is refused with a clear sentence, and asked for again', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      return asked === 1 ? '<!doctype html>\n<title>Bad gateway</title>\n<p>Later' : liveToken('paged');
    };
    const kit = openKit(world.gateway, { user: 'paged', token });
    await expect(kit.credits()).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringContaining('no token'),
    });
    expect(await kit.credits()).toMatchObject({ userId: 'paged' });
    asked = 0;
    const streaming = openKit(world.gateway, { user: 'paged', token, webSocket: undefined });
    for await (const { userId } of streaming.watchCredits()) {
      expect(userId).toBe('paged');
      break;
    }
  });

  it('that the page’s own backend cannot give at first is asked for again', async () => {
    let asked = 0;
    const token = () => {
      asked += 1;
      if (asked < 3) throw new TypeError('Failed to fetch');
      return liveToken('patient');
    };
    const kit = openKit(world.gateway, { user: 'patient', token });
    for await (const { userId } of kit.watchCredits()) {
      expect(userId).toBe('patient');
      break;
    }
  });
});
