import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/read/view.ts';
import { openWorld } from './world.ts';

describe('a view', () => {
  test('buffers what it has read and not delivered yet', async () => {
    const { bell, clock, views } = openWorld();
    let batch = [1, 2, 3];
    const view = views.open<number>('t', () => Promise.resolve({ items: batch }));
    const seen: unknown[] = [];
    let goOn: () => void = () => undefined;
    view.each({
      onItem(item) {
        seen.push([item, ...view.buffered]);
        if (item !== 2) return;
        return new Promise((resolve) => {
          goOn = resolve;
        });
      },
      onEnd: () => undefined,
    });
    await clock.advance(0);
    expect(seen).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
    batch = [4];
    bell.ring(['t']);
    goOn();
    await clock.advance(0);
    expect(seen.slice(2)).toEqual([[3], [4]]);
    view.close();
  });

  test('listens before it reads, so that no change is lost between snapshot and stream', async () => {
    const { bell, views } = openWorld();
    let state = 1;
    const view = views.open<number>('t', () => {
      const read = state;
      // The change happens while the read is in progress: the view must still notice it.
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

  test('coalesces rings: a slow consumer costs one read of the newest state', async () => {
    const { bell, views } = openWorld();
    let reads = 0;
    const view = views.open<number>('t', () => {
      reads += 1;
      return Promise.resolve({ items: [reads] });
    });
    await view.next();
    for (let ring = 0; ring < 1000; ring += 1) bell.ring(['t']);
    expect((await view.next()).value).toBe(2);
    expect(reads).toBe(2);
    view.close();
  });

  test('listens only while it is consumed, and frees its listener at once when closed, even while it waits', async () => {
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

  test('is freed at once even while a read is in progress, and drops the result', async () => {
    const { views, listening, clock } = openWorld();
    let finish: (snapshot: Snapshot<number>) => void = () => undefined;
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

  test('reads again every 5 seconds, with or without a ring', async () => {
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

  test('rejects if the first read fails, and survives later failures', async () => {
    const { clock, bell, views, listening } = openWorld();
    const broken = views.open<number>('t', () => Promise.reject(new Error('no database')));
    await expect(broken.next()).rejects.toThrow('no database');
    expect(listening()).toBe(0);

    let reads = 0;
    const view = views.open<number>('t', () => {
      reads += 1;
      return reads === 2 ? Promise.reject(new Error('no database')) : Promise.resolve({ items: [reads] });
    });
    expect((await view.next()).value).toBe(1);
    bell.ring(['t']);
    const next = view.next();
    await clock.advance(5000);
    expect((await next).value).toBe(3);
    view.close();
  });

  test('closing the views ends each, and leaves no timer behind', async () => {
    const { clock, views, listening } = openWorld();
    const pending = [1, 2, 3].map(() => views.open<number>('t', () => Promise.resolve({ items: [] })).next());
    await clock.advance(0);
    views.close();
    expect(await Promise.all(pending)).toEqual(new Array(3).fill({ done: true, value: undefined }));
    expect(listening()).toBe(0);
  });
});
