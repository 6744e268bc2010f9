import { expect, test } from 'vitest';
import { createLocalBell } from '../../src/adapter/bell/local.ts';

test('a ring wakes everyone who listens to its topic, and nobody else', () => {
  const bell = createLocalBell();
  const woken: string[] = [];
  bell.listen('job:1', () => void woken.push('a'));
  bell.listen('job:1', () => void woken.push('b'));
  bell.listen('job:2', () => void woken.push('c'));
  bell.ring(['job:1', 'job:3']);
  expect(woken).toEqual(['a', 'b']);
});

test('a stopped listener is not called again, and the same function may listen twice', () => {
  const bell = createLocalBell();
  let woken = 0;
  const wake = () => {
    woken += 1;
  };
  const stop = bell.listen('job:1', wake);
  bell.listen('job:1', wake);
  bell.ring(['job:1']);
  stop();
  stop();
  bell.ring(['job:1']);
  expect(woken).toBe(3);
});

test('a listener may stop itself or another while it rings', () => {
  const bell = createLocalBell();
  const woken: string[] = [];
  const stops: (() => void)[] = [];
  stops.push(
    bell.listen('t', () => {
      woken.push('first');
      for (const stop of stops) stop();
    }),
  );
  stops.push(bell.listen('t', () => void woken.push('second')));
  bell.ring(['t']);
  bell.ring(['t']);
  expect(woken).toEqual(['first']);
});

test('a listener that starts after the last one left is called', () => {
  const bell = createLocalBell();
  let woken = 0;
  bell.listen('t', () => undefined)();
  bell.listen('t', () => {
    woken += 1;
  });
  bell.ring(['t']);
  expect(woken).toBe(1);
});
