import { expect, it, onTestFinished, vi } from 'vitest';
import { ReelgateError } from '../../client/src/index.ts';
import { createLive } from '../../client/src/react/live.ts';

/** Something live whose values come from these in turn; an error ends one reading. The states that a component sees. */
function follow(readings: readonly (readonly (string | Error)[])[]) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let count = 0;
  const live = createLive<string>(async function* open() {
    const reading = readings[count] ?? [];
    count += 1;
    for (const each of reading) {
      if (each instanceof Error) throw each;
      yield each;
    }
  });
  const seen: string[] = [];
  const unfollow = live.subscribe(() => {
    const { value, error } = live.read();
    seen.push(`${value} ${error?.message ?? ''}`.trim());
  });
  return { seen, unfollow, opened: () => count };
}

it('what is live goes on after an error that may pass, and keeps its value meanwhile', async () => {
  const away = new ReelgateError('NETWORK', 'Away');
  const { seen } = follow([['one', away], [away], ['two']]);
  await vi.runAllTimersAsync();
  expect(seen).toEqual(['one', 'one Away', 'one Away', 'two']);
});

it('what is live waits as long as the gateway asks, and only while somebody listens', async () => {
  const busy = new ReelgateError('RATE_LIMITED', 'Busy', { retryAfterSeconds: 60 });
  const { opened, unfollow } = follow([[busy], [busy], ['late']]);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(opened()).toBe(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(opened()).toBe(2);
  unfollow();
  await vi.runAllTimersAsync();
  expect(opened()).toBe(2);
});

it('what is live ends with an error that stays', async () => {
  const { seen, opened } = follow([[new ReelgateError('FORBIDDEN', 'Not yours')], ['never']]);
  await vi.runAllTimersAsync();
  expect([seen, opened()]).toEqual([['null Not yours'], 1]);
});
