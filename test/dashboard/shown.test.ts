import { describe, expect, it } from 'vitest';
import { drawingOf } from '../../dashboard/src/chart.ts';
import { append, countAfter, type Filter, type Listed, place } from '../../dashboard/src/job-list.ts';
import { shownAfter } from '../../dashboard/src/progress.ts';

const any: Filter = {
  status: null,
  externalId: null,
  failureCode: null,
  createdAfter: null,
  createdBefore: null,
  search: '',
};

function job(id: string, patch: Partial<Listed> = {}): Listed {
  const createdAt = `2026-01-01T00:00:0${id}.000Z`;
  return { id, version: 1, status: 'QUEUED', prompt: 'A Boat', externalId: null, failure: null, createdAt, ...patch };
}

const idsOf = (jobs: readonly Listed[]) => jobs.map(({ id }) => id).join('');

describe('a list of jobs', () => {
  const list = [job('7'), job('5'), job('3')];

  it('inserts a new job by its age', () => {
    const placed = (id: string, isWhole = false) => idsOf(place(list, job(id), { filter: any, isWhole }));
    expect(placed('8')).toBe('8753');
    expect(placed('4')).toBe('7543');
    expect(placed('1', true)).toBe('7531');
  });

  it('leaves out a job that is older than all loaded ones', () => {
    expect(place(list, job('1'), { filter: any, isWhole: false })).toBe(list);
  });

  it('keeps the newer version of a job, never an older one', () => {
    const newer = job('5', { version: 3, status: 'COMPLETED' });
    const placed = place(list, newer, { filter: any, isWhole: false });
    expect(placed[1]).toBe(newer);
    expect(place(placed, job('5', { version: 2 }), { filter: any, isWhole: false })).toBe(placed);
  });

  it('drops jobs that no longer match its filter, and adds those that do', () => {
    const filter = { ...any, status: ['QUEUED'] };
    expect(idsOf(place(list, job('5', { version: 2, status: 'FAILED' }), { filter, isWhole: false }))).toBe('73');
    expect(place(list, job('8', { status: 'FAILED' }), { filter, isWhole: false })).toBe(list);
    const byReference = { ...any, externalId: 'a' };
    expect(place(list, job('8'), { filter: byReference, isWhole: false })).toBe(list);
    expect(idsOf(place(list, job('8', { externalId: 'a' }), { filter: byReference, isWhole: false }))).toBe('8753');
  });

  it('shows a new job by the rules of the gateway', () => {
    const shown = (part: Partial<Filter>, patch: Partial<Listed> = {}) =>
      place([], job('8', patch), { filter: { ...any, ...part }, isWhole: true }).length > 0;
    expect([
      shown({ search: 'BOAT' }),
      shown({ search: 'a car' }),
      shown({ search: 'ref-' }, { externalId: 'REF-1' }),
    ]).toEqual([true, false, true]);
    const failed = { status: 'FAILED', failure: { code: 'PROVIDER_TIMEOUT' } };
    expect([
      shown({ failureCode: ['PROVIDER_TIMEOUT'] }, failed),
      shown({ failureCode: ['PROVIDER_TIMEOUT'] }),
    ]).toEqual([true, false]);
    const at = '2026-01-01T00:00:08.000Z';
    expect([shown({ createdAfter: at }), shown({ createdBefore: at })]).toEqual([true, false]);
  });

  it('counts a new job, and no longer one that was deleted and so lost its reference', () => {
    expect(countAfter(3, list, job('8'), any)).toBe(4);
    expect(countAfter(3, list, job('8', { version: 2 }), any)).toBe(3);
    expect(countAfter(3, list, job('5', { version: 2, status: 'FAILED' }), any)).toBe(3);
    expect(countAfter(null, list, job('8'), any)).toBe(null);
    const filter = { ...any, externalId: 'a' };
    const found = [job('5', { externalId: 'a', version: 4 })];
    expect(countAfter(1, found, job('5', { version: 5 }), filter)).toBe(0);
    expect(countAfter(1, found, job('5', { version: 3 }), filter)).toBe(1);
  });

  it('shows a job once if it was on two pages', () => {
    expect(idsOf(append(list, [job('3'), job('2')]))).toBe('7532');
  });
});

describe('progress between two updates', () => {
  const progress = { fraction: 0.5, elapsedSeconds: 60, remainingSeconds: 60, overdue: false };

  it('advances with time, and is never full', () => {
    expect(shownAfter(progress, 0)).toEqual({ fraction: 0.5, remainingSeconds: 60 });
    expect(shownAfter(progress, 30)).toEqual({ fraction: 0.75, remainingSeconds: 30 });
    expect(shownAfter(progress, 600)).toEqual({ fraction: 0.95, remainingSeconds: 0 });
  });

  it('stands still if the remaining time is unknown', () => {
    const overdue = { ...progress, fraction: 0.8, remainingSeconds: null, overdue: true };
    expect(shownAfter(overdue, 100)).toEqual({ fraction: 0.8, remainingSeconds: null });
    expect(shownAfter({ ...progress, fraction: 1, remainingSeconds: null }, 5)).toMatchObject({ fraction: 1 });
  });

  it('never falls below the last update, whatever the clock does', () => {
    expect(shownAfter({ ...progress, fraction: 0.7 }, -30)).toEqual({ fraction: 0.7, remainingSeconds: 60 });
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
