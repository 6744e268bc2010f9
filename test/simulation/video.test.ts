import { expect, test } from 'vitest';
import { playVideos } from './video/history.ts';

const seeds = Array.from({ length: 30 }, (_, index) => index + 1);

test('in random histories of crashes and faults no video is lost, and no stray file survives the sweep', async () => {
  const totals = { stored: 0, lost: 0, deleted: 0, crashes: 0, strays: 0 };
  for (const seed of seeds) {
    const { violations, story, counts } = await playVideos(seed);
    expect(violations, `seed ${seed}\n${story.join('\n')}`).toEqual([]);
    for (const name of ['stored', 'lost', 'deleted', 'crashes', 'strays'] as const) totals[name] += counts[name];
  }
  // The histories have everything that they are about.
  for (const [name, count] of Object.entries(totals)) expect([name, count > 0]).toEqual([name, true]);
});
