import { describe, expect, test } from 'vitest';
import { createLocalBell } from '../../src/bell/local.ts';
import type { Log } from '../../src/ports.ts';
import { createViews, type Reading } from '../../src/view.ts';
import { createManualClock } from '../world/clock.ts';

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function openWorld() {
  const clock = createManualClock();
  const bell = createLocalBell();
  let listening = 0;
  const counted: typeof bell = {
    ...bell,
    listen(topic, wake) {
      listening += 1;
      const stop = bell.listen(topic, wake);
      return () => {
        listening -= 1;
        stop();
      };
    },
  };
  return { clock, bell, views: createViews({ bell: counted, clock, log: quiet }), listening: () => listening };
}

describe('a view', () => {
  test('pushes what it reads to one who takes all, and waits where they do', async () => {
    const { bell, clock, views, listening } = openWorld();
    let state = 1;
    let readings = 0;
    const view = views.open<number>('t', () => {
      readings += 1;
      return Promise.resolve({ items: [state] });
    });
    const told: unknown[] = [];
    let goOn: () => void = () => undefined;
    view.each({
      onItem: (item) => {
        told.push(item);
        if (item !== 2) return;
        return new Promise((resolve) => {
          goOn = resolve;
        });
      },
      onEnd: (error) => void told.push(['end', error]),
    });
    const ring = async (next: number) => {
      state = next;
      for (let time = 0; time < 3; time += 1) bell.ring(['t']);
      await clock.advance(0);
    };
    await clock.advance(0);
    await ring(2);
    // Whatever rings in one turn is read once.
    expect([told, readings]).toEqual([[1, 2], 2]);
    for (const next of [3, 4, 5]) await ring(next);
    expect([told, readings]).toEqual([[1, 2], 2]);
    goOn();
    await clock.advance(0);
    expect([told, readings]).toEqual([[1, 2, 5], 3]);
    view.close();
    view.close();
    expect([told.at(-1), listening()]).toEqual([['end', null], 0]);
  });

  test('tells one who takes all why it ends: what could not be read at first, or shown', async () => {
    const { clock, views } = openWorld();
    const ends: unknown[] = [];
    const fault = new Error('no database');
    const onEnd = (error: unknown) => void ends.push(error);
    views.open('t', () => Promise.reject(fault)).each({ onItem: () => undefined, onEnd });
    const one = () => views.open('t', () => Promise.resolve({ items: [1], last: true }));
    const onItem = () => {
      throw fault;
    };
    one().each({ onItem, onEnd });
    one().each({ onItem: () => Promise.reject(fault), onEnd });
    one().each({ onItem: () => undefined, onEnd });
    await clock.advance(0);
    expect(ends.toSorted()).toEqual([fault, fault, fault, null]);
  });

  test('tells one who takes all where a refresh brought nothing newer', async () => {
    const { bell, clock, views } = openWorld();
    let items = [1];
    const told: unknown[] = [];
    const view = views.open<number>('t', () => Promise.resolve({ items: items.splice(0) }));
    view.each({
      onItem: (item) => void told.push(item),
      onStill: () => void told.push('still'),
      onEnd: () => undefined,
    });
    await clock.advance(0);
    bell.ring(['t']);
    await clock.advance(0);
    expect(told).toEqual([1]);
    view.refresh();
    await clock.advance(0);
    expect(told).toEqual([1, 'still']);
    items = [2];
    view.refresh();
    await clock.advance(0);
    expect(told).toEqual([1, 'still', 2]);
    view.close();
  });

  test('gives what it has read without being waited for, until it is closed', async () => {
    const { bell, views } = openWorld();
    let batch = [1, 2, 3];
    const view = views.open<number>('t', () => Promise.resolve({ items: batch }));
    expect(view.take()).toBeUndefined();
    expect((await view.next()).value).toBe(1);
    expect(view.atHand).toEqual([2, 3]);
    expect([view.take(), view.take(), view.take()]).toEqual([2, 3, undefined]);
    batch = [4, 5];
    bell.ring(['t']);
    expect((await view.next()).value).toBe(4);
    view.close();
    expect(view.take()).toBeUndefined();
  });

  test('registers before it reads, so that nothing falls between the snapshot and the stream', async () => {
    const { bell, views } = openWorld();
    let state = 1;
    const view = views.open<number>('t', () => {
      const read = state;
      // The change happens while the reading is under way: it must be heard.
      if (state === 1) {
        state = 2;
        bell.ring(['t']);
      }
      return Promise.resolve({ items: [read] });
    });
    expect((await view.next()).value).toBe(1);
    expect((await view.next()).value).toBe(2);
    view.close();
  });

  test('coalesces rings: a slow reader costs one reading of the newest state', async () => {
    const { bell, views } = openWorld();
    let readings = 0;
    const view = views.open<number>('t', () => {
      readings += 1;
      return Promise.resolve({ items: [readings] });
    });
    await view.next();
    for (let ring = 0; ring < 1000; ring += 1) bell.ring(['t']);
    expect((await view.next()).value).toBe(2);
    expect(readings).toBe(2);
    view.close();
  });

  test('listens only while it is read, and frees its listener at once when closed, also in the middle of a wait', async () => {
    const { clock, views, listening } = openWorld();
    const view = views.open<number>('t', () => Promise.resolve({ items: [] }));
    expect(listening()).toBe(0);
    const pending = view.next();
    await clock.advance(0);
    expect(listening()).toBe(1);
    const returned = view.return?.();
    expect(listening()).toBe(0);
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await returned).toEqual({ done: true, value: undefined });
    expect(await view.next()).toEqual({ done: true, value: undefined });
    expect(listening()).toBe(0);
  });

  test('is freed at once also while a reading is under way, and shows nothing of it', async () => {
    const { views, listening, clock } = openWorld();
    let finish: (reading: Reading<number>) => void = () => undefined;
    const view = views.open<number>(
      't',
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    const pending = view.next();
    view.close();
    expect(listening()).toBe(0);
    finish({ items: [1] });
    await clock.advance(0);
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  test('reads again every 5 seconds, rung or not', async () => {
    const { clock, views } = openWorld();
    let state = 1;
    let shown = 0;
    const view = views.open<number>('t', () => {
      const items = state > shown ? [state] : [];
      shown = state;
      return Promise.resolve({ items });
    });
    await view.next();
    state = 2;
    const next = view.next();
    await clock.advance(5000);
    expect((await next).value).toBe(2);
    view.close();
  });

  test('tells the caller when the first reading fails, and outlives later ones', async () => {
    const { clock, bell, views, listening } = openWorld();
    const broken = views.open<number>('t', () => Promise.reject(new Error('no database')));
    await expect(broken.next()).rejects.toThrow('no database');
    expect(listening()).toBe(0);

    let readings = 0;
    const view = views.open<number>('t', () => {
      readings += 1;
      return readings === 2 ? Promise.reject(new Error('no database')) : Promise.resolve({ items: [readings] });
    });
    expect((await view.next()).value).toBe(1);
    bell.ring(['t']);
    const next = view.next();
    await clock.advance(5000);
    expect((await next).value).toBe(3);
    view.close();
  });

  test('closing all ends each, and leaves no timer behind', async () => {
    const { clock, views, listening } = openWorld();
    const pending = [1, 2, 3].map(() => views.open<number>('t', () => Promise.resolve({ items: [] })).next());
    await clock.advance(0);
    views.close();
    expect(await Promise.all(pending)).toEqual(new Array(3).fill({ done: true, value: undefined }));
    expect(listening()).toBe(0);
  });
});
