import { open } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createLimitReport, reported } from '../../src/server/auth/limit-report.ts';
import { createRateLimit } from '../../src/server/auth/limits.ts';
import { readOpenFiles, watchOpenFiles } from '../../src/server/open-files.ts';
import { createManualClock } from '../world/clock.ts';
import { createMemoryLog } from '../world/log.ts';

test('a rate limit that refuses is reported', () => {
  const noted: string[] = [];
  const log = createMemoryLog();
  const clock = createManualClock();
  const limits = createLimitReport({ log, clock, noted: (kind) => void noted.push(kind) });
  const limit = reported(createRateLimit(2, clock), { limits, kind: 'requests', perMinute: 2 });
  expect([limit('ada'), limit('ada')]).toEqual([0, 0]);
  expect(limit('ada')).toBeGreaterThan(0);
  expect(limit('ada')).toBeGreaterThan(0);
  expect(limit('bob')).toBe(0);
  expect(noted).toEqual(['requests', 'requests']);
  expect(log.messages()).toEqual(['A user has reached a limit.']);
});

describe('open files', () => {
  test('that come close to the limit are logged once a minute, with the numbers, and counted each time', async () => {
    const log = createMemoryLog();
    const clock = createManualClock();
    const noted: string[] = [];
    let open = 899;
    const read = () => Promise.resolve({ open, allowed: 1000 });
    const stop = watchOpenFiles({ log, clock, noted: (kind) => void noted.push(kind), read });
    await clock.advance(60_000);
    expect([noted, log.messages()]).toEqual([[], []]);
    open = 950;
    await clock.advance(30_000);
    expect(noted).toEqual(['files', 'files']);
    expect(log.messages()).toEqual([expect.stringMatching(/^Nearly all files .* LimitNOFILE\)\.$/)]);
    await clock.advance(60_000);
    expect(log.messages()).toHaveLength(2);
    stop();
    await clock.advance(120_000);
    expect(noted).toHaveLength(6);
  });

  test('are looked at from the start, since the limit cannot be read once it is reached', () => {
    let looks = 0;
    const read = async () => {
      looks += 1;
      return null;
    };
    watchOpenFiles({ log: createMemoryLog(), clock: createManualClock(), read })();
    expect(looks).toBe(1);
  });

  test.runIf(process.platform === 'linux')('are counted as the system counts them', async () => {
    const before = await readOpenFiles();
    const handle = await open('/dev/null');
    const after = await readOpenFiles();
    await handle.close();
    expect(after?.open).toBeGreaterThan((before?.open ?? Number.NaN) - 1);
    expect(after?.allowed).toBeGreaterThan(after?.open ?? Number.NaN);
  });
});

test('a limit that is hit is counted each time, and logged once a minute for each user', () => {
  const log = createMemoryLog();
  const limits = createLimitReport({ log, clock: createManualClock() });
  for (let hits = 0; hits < 5; hits += 1) limits.hit('sockets', 'ada', 20);
  limits.hit('sockets', 'bob', 20);
  expect(limits.count('sockets')).toBe(6);
  expect(log.messages()).toHaveLength(2);
});
