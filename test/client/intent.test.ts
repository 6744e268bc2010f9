import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createReelgate, type ErrorCode } from '../../client/src/index.ts';
import { createStorage } from './world.ts';

const made = { data: { generateVideo: { __typename: 'GenerateVideoSuccess', replayed: false, job: {} } } };

const refused = (code: ErrorCode) => ({ errors: [{ message: 'No.', extensions: { code } }] });

/** What comes of a request: a response, none because the network broke, or nothing for as long as the page lives. */
type Outcome = object | 'broken' | 'open';

/** A page's kit whose requests have these outcomes in turn; the last one stays. `keys`: what it has sent. */
function openPage(outcomes: readonly Outcome[], storage = createStorage()) {
  const keys: string[] = [];
  const kit = createReelgate({
    url: 'https://gate.example.com/graphql',
    storage,
    fetch: (_url, init) => {
      // The kit sends its operations as text.
      keys.push(JSON.parse(init?.body as string).variables.input.idempotencyKey);
      const outcome = outcomes[Math.min(keys.length, outcomes.length) - 1];
      if (outcome === 'open') return new Promise(() => undefined);
      if (outcome === 'broken') return Promise.reject(new TypeError('Failed to fetch'));
      const headers = { 'content-type': 'application/json' };
      return Promise.resolve(new Response(JSON.stringify(outcome), { headers }));
    },
  });
  /** Presses a button; fulfils with the code of the error, or null. */
  const press = async (prompt: string) => {
    const pressed = kit.generate({ prompt }).then(
      () => null,
      ({ code }: { code: ErrorCode }) => code,
    );
    await vi.runAllTimersAsync();
    return pressed;
  };
  /** Presses it, and does not wait. */
  const touch = (prompt: string) => {
    kit.generate({ prompt }).catch(() => undefined);
  };
  return { kit, keys, storage, press, touch };
}

function stopClock(): void {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
}

const pass = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);

const [a, b] = [{ prompt: 'A' }, { prompt: 'B' }];

describe('a request that ended with an error', () => {
  it('is not repeated by a page that opens later, and has the same key when asked for again', async () => {
    stopClock();
    const page = openPage(['broken']);
    expect(await page.press('A')).toBe('NETWORK');
    expect(page.kit.pending()).toEqual([]);
    const reloaded = openPage([made], page.storage);
    expect(reloaded.kit.pending()).toEqual([]);
    expect(await reloaded.press('B')).toBeNull();
    expect(reloaded.kit.pending()).toEqual([]);
    expect(await reloaded.press('A')).toBeNull();
    expect(new Set([...page.keys, reloaded.keys[1]]).size).toBe(1);
    expect(reloaded.storage.items.size).toBe(0);
  });

  it.each(['UNAUTHENTICATED', 'RATE_LIMITED', 'FORBIDDEN', 'BAD_USER_INPUT'] as const)(
    'has a new key after %s, unless a response had been lost before',
    async (code) => {
      stopClock();
      const page = openPage([refused(code)]);
      expect(await page.press('A')).toBe(code);
      expect(page.storage.items.size).toBe(0);
      const unlucky = openPage(['broken', refused(code)]);
      expect(await unlucky.press('A')).toBe(code);
      expect(await unlucky.press('A')).toBe(code);
      expect(new Set(unlucky.keys).size).toBe(1);
      expect(unlucky.kit.pending()).toEqual([]);
    },
  );
});

describe('a request under way', () => {
  it('is known to the reloaded page for five minutes, the newest last', async () => {
    stopClock();
    const page = openPage(['open']);
    for (const prompt of ['A', 'B', 'A']) page.touch(prompt);
    const reloaded = openPage([made], page.storage);
    expect(reloaded.kit.pending()).toEqual([b, a]);
    expect(await reloaded.press('A')).toBeNull();
    expect(reloaded.kit.pending()).toEqual([b]);
    pass(6);
    expect(reloaded.kit.pending()).toEqual([]);
    expect(await reloaded.press('B')).toBeNull();
    expect(reloaded.keys).toEqual(page.keys);
    expect(new Set(page.keys).size).toBe(2);
  });

  it('is not asked for for ever by a page that is reloaded again and again', () => {
    stopClock();
    let page = openPage(['open']);
    page.touch('A');
    for (const minutes of [2, 2]) {
      pass(minutes);
      page = openPage(['open'], page.storage);
      expect(page.kit.pending()).toEqual([a]);
      page.touch('A');
    }
    pass(2);
    expect(openPage(['open'], page.storage).kit.pending()).toEqual([]);
  });

  it('is dropped by forget, with its key kept, until somebody asks for it again', async () => {
    stopClock();
    const page = openPage(['open']);
    page.touch('A');
    page.kit.forget();
    expect(page.kit.pending()).toEqual([]);
    const reloaded = openPage(['open'], page.storage);
    expect(reloaded.kit.pending()).toEqual([]);
    reloaded.touch('A');
    await vi.advanceTimersByTimeAsync(0);
    expect(reloaded.keys).toEqual(page.keys);
    // A form that is shown again while it waits.
    page.touch('A');
    expect(page.kit.pending()).toEqual([a]);
    await vi.advanceTimersByTimeAsync(0);
    expect(page.keys).toHaveLength(1);
  });
});
