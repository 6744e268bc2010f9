import { describe, expect, it } from 'vitest';
import type { JobFilter } from '../../client/src/index.ts';
import { type ListedJob, merge, place } from '../../client/src/jobs.ts';

function job(id: string, patch: Partial<ListedJob> = {}): ListedJob {
  const createdAt = `2026-01-01T00:00:0${id}.000Z`;
  return { id, version: 1, status: 'QUEUED', prompt: 'A Boat', externalId: null, failure: null, createdAt, ...patch };
}

const idsOf = (jobs: readonly ListedJob[]) => jobs.map(({ id }) => id).join('');

describe('a list of jobs', () => {
  const list = [job('7'), job('5'), job('3')];

  it('inserts a new job by its age', () => {
    const placed = (id: string, isWhole = false) => idsOf(place(list, job(id), { filter: {}, isWhole }));
    expect(placed('8')).toBe('8753');
    expect(placed('4')).toBe('7543');
    expect(placed('1', true)).toBe('7531');
  });

  it('leaves out a job that is older than all loaded ones', () => {
    expect(place(list, job('1'), { filter: {}, isWhole: false })).toBe(list);
  });

  it('keeps the newer version of a job, never an older one', () => {
    const newer = job('5', { version: 3, status: 'COMPLETED' });
    const placed = place(list, newer, { filter: {}, isWhole: false });
    expect(placed[1]).toBe(newer);
    expect(place(placed, job('5', { version: 2 }), { filter: {}, isWhole: false })).toBe(placed);
  });

  it('drops jobs that no longer match its filter, and adds those that do', () => {
    const filter: JobFilter = { status: ['QUEUED'] };
    expect(idsOf(place(list, job('5', { version: 2, status: 'FAILED' }), { filter, isWhole: false }))).toBe('73');
    expect(place(list, job('8', { status: 'FAILED' }), { filter, isWhole: false })).toBe(list);
    const byReference = { externalId: 'a' };
    expect(place(list, job('8'), { filter: byReference, isWhole: false })).toBe(list);
    expect(idsOf(place(list, job('8', { externalId: 'a' }), { filter: byReference, isWhole: false }))).toBe('8753');
  });

  it('shows a new job by the rules of the gateway', () => {
    const shown = (part: JobFilter, patch: Partial<ListedJob> = {}) =>
      place([], job('8', patch), { filter: part, isWhole: true }).length > 0;
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

  it('shows a job once if it was on two pages', () => {
    expect(idsOf(merge(list, [job('3'), job('2')]))).toBe('7532');
  });
});
