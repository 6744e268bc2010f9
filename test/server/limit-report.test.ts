import { expect, test } from 'vitest';
import { createLimitReport } from '../../src/server/auth/limit-report.ts';
import { createManualClock } from '../world/clock.ts';
import { createMemoryLog } from '../world/log.ts';

test('a limit that is hit is counted each time, and logged once a minute for each user', () => {
  const log = createMemoryLog();
  const limits = createLimitReport({ log, clock: createManualClock() });
  for (let hits = 0; hits < 5; hits += 1) limits.hit('sockets', 'ada', 20);
  limits.hit('sockets', 'bob', 20);
  expect(limits.count('sockets')).toBe(6);
  expect(log.messages()).toHaveLength(2);
});
