import { describe, expect, test } from 'vitest';
import { openWorld } from './world.ts';

describe('an observed view', () => {
  test('pushes what it reads to its observer, and waits while the observer does', async () => {
    const { bell, clock, views, listening } = openWorld();
    let state = 1;
    let reads = 0;
    const view = views.open<number>('t', () => {
      reads += 1;
      return Promise.resolve({ items: [state] });
    });
    const received: unknown[] = [];
    let goOn: () => void = () => undefined;
    view.each({
      onItem: (item) => {
        received.push(item);
        if (item !== 2) return;
        return new Promise((resolve) => {
          goOn = resolve;
        });
      },
      onEnd: (error) => void received.push(['end', error]),
    });
    const ring = async (next: number) => {
      state = next;
      for (let time = 0; time < 3; time += 1) bell.ring(['t']);
      await clock.advance(0);
    };
    await clock.advance(0);
    await ring(2);
    // All rings of one turn lead to one read.
    expect([received, reads]).toEqual([[1, 2], 2]);
    for (const next of [3, 4, 5]) await ring(next);
    expect([received, reads]).toEqual([[1, 2], 2]);
    goOn();
    await clock.advance(0);
    expect([received, reads]).toEqual([[1, 2, 5], 3]);
    view.close();
    view.close();
    expect([received.at(-1), listening()]).toEqual([['end', null], 0]);
  });

  test('passes its observer the error that ends it: of the first read, or of the observer itself', async () => {
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

  test('gives its observer what a refresh read again, if nothing newer', async () => {
    const { bell, clock, views } = openWorld();
    let items = [1];
    const received: unknown[] = [];
    const view = views.open<number>('t', () =>
      Promise.resolve(items.length > 0 ? { items: items.splice(0) } : { items: [], known: 1 }),
    );
    view.each({
      onItem: (item) => void received.push(item),
      onUnchanged: (item) => void received.push(`still ${item}`),
      onEnd: () => undefined,
    });
    await clock.advance(0);
    bell.ring(['t']);
    await clock.advance(0);
    expect(received).toEqual([1]);
    view.refresh();
    await clock.advance(0);
    expect(received).toEqual([1, 'still 1']);
    items = [2];
    view.refresh();
    await clock.advance(0);
    expect(received).toEqual([1, 'still 1', 2]);
    view.close();
  });
});
