import { expect, test } from 'vitest';
import { playWebhooks } from './webhook/history.ts';

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

const names = ['events', 'delivered', 'again', 'waiting', 'switchedOff', 'crashes'] as const;

test('in random histories of crashes and faults every event is delivered or waits: none is dropped in silence', async () => {
  const totals = { events: 0, delivered: 0, again: 0, waiting: 0, switchedOff: 0, crashes: 0 };
  for (const seed of seeds) {
    const { violations, story, counts } = await playWebhooks(seed);
    expect(violations, `seed ${seed}\n${story.join('\n')}`).toEqual([]);
    for (const name of names) totals[name] += counts[name];
  }
  // The histories have everything that they are about.
  for (const name of names) expect([name, totals[name] > 0]).toEqual([name, true]);
});
