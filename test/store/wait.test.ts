import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openStore } from '../../src/adapter/store/open.ts';
import { StoreLockedError, StoreOpenError } from '../../src/adapter/store/shared/open-error.ts';
import { waitWhileLocked } from '../../src/adapter/store/shared/wait.ts';
import { newId } from './contract/world.ts';
import { newFolder } from './sqlite-world.ts';

const locked = () => {
  throw new StoreLockedError('Another process serves it.');
};

test('a wait for a lock is reported within 2 s and every 10 s, and ends with a sentence', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const begin = performance.now();
  const reports: (readonly [number, string])[] = [];
  const report = (sentence: string) => void reports.push([performance.now() - begin, sentence]);
  const waiting = waitWhileLocked(locked, 'the other process', { forMs: 25_000, report });
  const end = expect(waiting).rejects.toThrow('Another process serves it. It did not stop within 25 s.');
  await vi.advanceTimersByTimeAsync(26_000);
  await end;
  expect(reports.map(([at]) => Math.round(at / 1000))).toEqual([2, 12, 22]);
  expect(reports[0]?.[0]).toBeLessThan(2000);
  expect(reports[1]?.[1]).toBe('Waiting for the other process, for 12 s so far and 25 s at most.');
});

test('without patience the first refusal counts, and any other error ends the wait', async () => {
  await expect(waitWhileLocked(locked, 'it', { forMs: 0 })).rejects.toThrow(/^Another process serves it\.$/);
  let attempts = 0;
  const broken = () => {
    attempts += 1;
    throw new StoreOpenError('It is damaged.');
  };
  await expect(waitWhileLocked(broken, 'it', { forMs: 9000 })).rejects.toThrow('It is damaged.');
  expect(attempts).toBe(1);
});

test.each([true, false])(
  'a store opens as soon as the process before it has stopped; it serves: %s',
  async (exclusive) => {
    const file = join(newFolder(), 'store.db');
    const lock = new Database(`${file}.lock`);
    lock.exec('BEGIN EXCLUSIVE');
    const reports: string[] = [];
    const warn = (sentence: string) => {
      if (!sentence.startsWith('Waiting')) return; // that the database is a new one
      reports.push(sentence);
      lock.close();
    };
    const store = await openStore(`file:${file}`, { newId, exclusive, warn, waitMs: 30_000 });
    onTestFinished(() => store.close());
    expect(reports).toEqual([
      expect.stringMatching(/^Waiting for the Reelgate process that serves or upgrades .*store\.db/),
    ]);
  },
);
