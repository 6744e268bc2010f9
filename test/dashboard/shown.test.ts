import type { ListedJob } from '@reelgate/client/jobs';
import { describe, expect, it } from 'vitest';
import { drawingOf } from '../../dashboard/src/chart.ts';
import { countAfter } from '../../dashboard/src/job-list.ts';

function job(id: string, patch: Partial<ListedJob> = {}): ListedJob {
  const createdAt = `2026-01-01T00:00:0${id}.000Z`;
  return { id, version: 1, status: 'QUEUED', prompt: 'A Boat', externalId: null, failure: null, createdAt, ...patch };
}

describe('the number of jobs', () => {
  const list = [job('7'), job('5'), job('3')];

  it('counts a new job, and no longer one that was deleted and so lost its reference', () => {
    expect(countAfter(3, list, job('8'), {})).toBe(4);
    expect(countAfter(3, list, job('8', { version: 2 }), {})).toBe(3);
    expect(countAfter(3, list, job('5', { version: 2, status: 'FAILED' }), {})).toBe(3);
    expect(countAfter(null, list, job('8'), {})).toBe(null);
    const filter = { externalId: 'a' };
    const found = [job('5', { externalId: 'a', version: 4 })];
    expect(countAfter(1, found, job('5', { version: 5 }), filter)).toBe(0);
    expect(countAfter(1, found, job('5', { version: 3 }), filter)).toBe(1);
  });
});

describe('the drawn balance', () => {
  const area = { width: 100, height: 100 };

  it('is flat until the balance changes', () => {
    const points = [
      { at: 0, balance: 1000 },
      { at: 50, balance: 500 },
    ];
    expect(drawingOf(points, 100, area)).toEqual({
      line: 'M0 0H50V50H100',
      area: 'M0 0H50V50H100V100H0Z',
      marks: [
        { y: 100, balance: 0 },
        { y: 50, balance: 500 },
        { y: 0, balance: 1000 },
      ],
    });
  });

  it('is empty without entries, and a line with one', () => {
    expect(drawingOf([], 1, area).line).toBe('');
    expect(drawingOf([{ at: 7, balance: 3 }], 7, area).line).toBe('M0 70H100');
  });
});
