import { describe, expect, it } from 'vitest';
import { compactText } from '../../dashboard/src/amount.ts';
import { shortageText, shortText } from '../../dashboard/src/failure.ts';
import { logIdOf } from '../../dashboard/src/job-id.ts';
import {
  everyJob,
  filterOf,
  isShownAsGrid,
  type JobView,
  matching,
  queryOf,
  viewOf,
} from '../../dashboard/src/job-view.ts';
import { phasesOf, tookSecondsOf } from '../../dashboard/src/phases.ts';
import { gapText, tenthsText } from '../../dashboard/src/time.ts';
import { rangeOf } from '../../dashboard/src/window-range.ts';

const view = (part: Partial<JobView>): JobView => ({ ...everyJob, ...part });

describe('an amount in the header', () => {
  it('is exact below a million, and never more than there is', () => {
    expect([999_999, 1_000_000, 1_299_999, 1_999_999, 12_345_678].map(compactText)).toEqual([
      (999_999).toLocaleString(),
      '1M',
      '1.2M',
      '1.9M',
      '12.3M',
    ]);
  });
});

describe('a view of the jobs', () => {
  const views: readonly Partial<JobView>[] = [
    {},
    { status: 'Running', isGrid: true },
    { status: 'Completed', isGrid: false },
    { search: 'ref:ä & b=c' },
    { failure: 'CONTENT_REJECTED', shape: 'PORTRAIT_9_16', from: '2026-01-31', to: '2026-02-01' },
  ];

  it.each(views)('comes back from its address: %j', (part) => {
    expect(viewOf(queryOf(view(part)).toString())).toEqual(view(part));
  });

  it('has cards where all jobs have a video, until the reader has chosen', () => {
    expect(isShownAsGrid(view({ status: 'Completed' }), null)).toBe(true);
    expect(isShownAsGrid(view({ status: 'All' }), null)).toBe(false);
    expect(isShownAsGrid(view({ status: 'Completed' }), 'rows')).toBe(false);
    expect(isShownAsGrid(view({ status: 'All' }), 'grid')).toBe(true);
    expect(isShownAsGrid(view({ status: 'Completed', isGrid: false }), 'grid')).toBe(false);
  });

  it('leaves out what its address cannot mean', () => {
    expect(viewOf('?status=nothing&shape=7:3&from=yesterday&view=wall')).toEqual(everyJob);
  });

  it('knows the addresses of older versions', () => {
    expect(viewOf('?reference=shop-7')).toEqual(view({ search: 'ref:shop-7' }));
  });

  it('asks the gateway for everything but the shape', () => {
    const any = filterOf(view({}));
    expect(any).toEqual({
      status: null,
      externalId: null,
      failureCode: null,
      createdAfter: null,
      createdBefore: null,
      search: '',
    });
    const reference = filterOf(view({ status: 'Failed', search: 'ref:a b' }));
    expect(reference).toEqual({ ...any, status: ['FAILED'], externalId: 'a b' });
    expect(filterOf(view({ search: ' two words ' }))).toEqual({ ...any, search: 'two words' });
    expect(filterOf(view({ failure: 'PROVIDER_TIMEOUT' }))).toEqual({ ...any, failureCode: ['PROVIDER_TIMEOUT'] });
    expect(filterOf(view({ from: '2026-01-31', to: '2026-01-31' }))).toEqual({
      ...any,
      createdAfter: new Date(2026, 0, 31).toISOString(),
      createdBefore: new Date(2026, 1, 1).toISOString(),
    });
  });

  it('looks for the shape itself', () => {
    const jobs = [{ aspectRatio: 'SQUARE_1_1' as const }, { aspectRatio: 'PORTRAIT_9_16' as const }];
    expect(matching(jobs, view({ shape: 'PORTRAIT_9_16' }))).toEqual(jobs.slice(1));
    expect(matching(jobs, view({}))).toEqual(jobs);
  });
});

describe('a long list', () => {
  it('draws the rows near the window, wherever it is scrolled to', () => {
    for (let top = 200; top > -400_000; top -= 333) {
      const { first, end } = rangeOf({ top, windowHeight: 800, rowHeight: 78, rows: 5000 });
      const seen = { first: Math.max(0, Math.floor(-top / 78)), end: Math.min(5000, Math.ceil((800 - top) / 78)) };
      expect(first).toBeLessThanOrEqual(Math.min(seen.first, 5000));
      expect(end).toBeGreaterThanOrEqual(Math.min(seen.end, 5000));
      expect(end - first).toBeLessThan(45);
    }
  });

  it('draws none of none', () => {
    expect(rangeOf({ top: 100, windowHeight: 800, rowHeight: 78, rows: 0 })).toEqual({ first: 0, end: 0 });
  });
});

describe('the parts of a job’s life', () => {
  const at = (seconds: number) => new Date(1000 * seconds).toISOString();

  it('follow each other, and the last one grows while the job runs', () => {
    const times = { createdAt: at(0), submittedAt: at(0.5), startedAt: at(4), finishedAt: null };
    expect(phasesOf(times, 10_000)).toEqual([
      { name: 'Sending', seconds: 0.5 },
      { name: 'Queue', seconds: 3.5 },
      { name: 'Rendering', seconds: 6 },
    ]);
  });

  it('leave out those that the job never reached', () => {
    const times = { createdAt: at(0), submittedAt: null, startedAt: null, finishedAt: at(2) };
    expect(phasesOf(times, 99_000)).toEqual([{ name: 'Sending', seconds: 2 }]);
  });
});

describe('how long a job took', () => {
  const at = (seconds: number) => new Date(1000 * seconds).toISOString();

  it('is its time at the provider, or all of its time if it never got there', () => {
    expect(tookSecondsOf({ createdAt: at(0), submittedAt: at(2), finishedAt: at(9) })).toBe(7);
    expect(tookSecondsOf({ createdAt: at(0), submittedAt: null, finishedAt: at(0.4) })).toBe(0.4);
    expect(tookSecondsOf({ createdAt: at(0), submittedAt: at(2), finishedAt: null })).toBe(null);
  });

  it('is shown with tenths while it is short', () => {
    expect([0.04, 0.44, 9.9, 14.4, 61].map(tenthsText)).toEqual(['0.0 s', '0.4 s', '9.9 s', '14 s', '1 min 1 s']);
    expect([-1, 0.44, 59, 61].map(gapText)).toEqual(['+0.0 s', '+0.4 s', '+59.0 s', '+1 min 1 s']);
  });
});

it('a shortage of credits names the numbers, and does not hope for jobs that fail', () => {
  const failure = { required: 67, available: 20, held: 134 };
  expect(shortText(47, 0)).toBe('You are 47 credits short.');
  expect(shortText(47, 1340)).toBe('You are 47 credits short. Running jobs hold 1,340.');
  expect(shortageText({ ...failure, held: 0 })).toBe('This video needs 67 credits and you have 20 available.');
  expect(shortageText(failure)).toBe('This video needs 67 credits and you have 20 available. Running jobs hold 134.');
});

it('the id in the log is read from a job’s global id, and from nothing else', () => {
  expect(logIdOf(btoa('Job:0190-ab').replaceAll('=', ''))).toBe('0190-ab');
  expect(logIdOf(btoa('ApiKey:0190'))).toBe(null);
  expect(logIdOf('%')).toBe(null);
});
