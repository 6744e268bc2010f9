import { expect, test } from 'vitest';
import type { Viewer } from '../../src/gateway.ts';
import { createMeetings } from '../../src/meetings.ts';

test('each user arrives once in each environment, and again where that failed', async () => {
  const arrived: string[] = [];
  let away = true;
  const meet = createMeetings(({ userId, environment }) => {
    arrived.push(`${userId} ${environment}`);
    return away ? Promise.reject(new Error('no database')) : Promise.resolve();
  });
  const viewerOf = (userId: string, environment: Viewer['environment']) => ({ userId, environment, roles: [] });
  await expect(meet(viewerOf('ada', 'LIVE'))).rejects.toThrow('no database');
  away = false;
  for (let time = 0; time < 3; time += 1) {
    await Promise.all([
      meet(viewerOf('ada', 'LIVE')),
      meet(viewerOf('ada', 'LIVE')),
      meet(viewerOf('ada', 'TEST')),
      meet(viewerOf('bob', 'TEST')),
    ]);
  }
  expect(arrived).toEqual(['ada LIVE', 'ada LIVE', 'ada TEST', 'bob TEST']);
});
