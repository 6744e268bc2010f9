import { describe, expect, it } from 'vitest';
import { anyTime, readPeriod } from '../../src/domain/period.ts';

const november = Date.UTC(2026, 10, 1);

describe('a period', () => {
  it('is without bounds unless they are given', () => {
    expect(readPeriod(null, null)).toEqual(anyTime);
    expect(readPeriod('2026-11-01', null)).toEqual({ from: november, to: null });
  });

  it.each([
    ['2026-11-01T00:00:00Z', november],
    ['2026-11-01T01:00:00.5+01:00', november + 500],
    ['1970-01-01', 0],
  ])('begins at %s', (text, from) => {
    expect(readPeriod(text, null)).toEqual({ from, to: null });
  });

  it.each([
    '',
    'x',
    '2026-11',
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '2026-11-01T00:00:00',
    '2026-11-01T25:00:00Z',
    '1969-12-31',
    '5',
  ])('does not begin at %j', (text) => {
    expect(readPeriod(text, null)).toBeUndefined();
    expect(readPeriod(null, text)).toBeUndefined();
  });

  it('ends after it begins', () => {
    expect(readPeriod('2026-11-01', '2026-11-02')).toEqual({ from: november, to: november + 86_400_000 });
    for (const to of ['2026-11-01', '2026-10-31']) expect(readPeriod('2026-11-01', to)).toBeUndefined();
  });
});
