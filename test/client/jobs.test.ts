import { describe, expect, it, onTestFinished } from 'vitest';
import type { FeedEvent, FeedOptions, Job, JobsOptions, Reelgate } from '../../client/src/index.ts';
import { ReelgateError } from '../../client/src/index.ts';
import { iterate } from '../../client/src/iterate.ts';
import { createLiveList } from '../../client/src/react/jobs.ts';
import { job as sample } from './sample.ts';

const jobAt = (minute: number, patch: Partial<Job> = {}): Job => ({
  ...sample,
  id: `job-${minute}`,
  createdAt: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`,
  ...patch,
});

/** A gateway with a list of jobs, newest first, and the list of a page that shows two at first. */
function openList(count: number) {
  let jobs: readonly Job[] = Array.from({ length: count }, (_, at) => jobAt(count - at));
  let send: (step: Job | 'live' | 'reset') => void = () => undefined;
  let held: Promise<unknown> = Promise.resolve();
  let outages = 0;
  const requests: JobsOptions[] = [];
  const client = {
    async jobs(options: JobsOptions = {}) {
      requests.push(options);
      if (outages > 0) {
        outages -= 1;
        throw new ReelgateError('NETWORK', 'Away');
      }
      const { first = 20, after } = options;
      const start = after ? jobs.findIndex(({ createdAt }) => createdAt < after) : 0;
      const rows = start < 0 ? [] : jobs.slice(start, start + first);
      const isLast = start < 0 || start + first >= jobs.length;
      await held;
      return { jobs: rows, endCursor: isLast ? null : (rows.at(-1)?.createdAt ?? null) };
    },
    async *feed({ onReset, onLive, signal }: FeedOptions): AsyncGenerator<FeedEvent, void, void> {
      const steps = iterate<Job | 'live' | 'reset'>((push, ended) => {
        send = push;
        push('live');
        return new Promise((resolve) => ended.addEventListener('abort', () => resolve()));
      }, signal);
      for await (const step of steps) {
        if (step === 'live') await onLive?.();
        else if (step === 'reset') await onReset?.();
        else yield { job: step, version: step.version, status: step.status, message: '', cursor: null };
      }
    },
  };
  // The list uses no other part of a client.
  const list = createLiveList(client as Partial<Reelgate> as Reelgate, { first: 2, filter: {} });
  onTestFinished(list.subscribe(() => undefined));
  const rows = () => (list.read().value?.jobs ?? []).map(({ id, status }) => `${id} ${status}`);
  return {
    list,
    requests,
    rows,
    stored: () => jobs.map(({ id, status }) => `${id} ${status}`),
    change(next: (now: readonly Job[]) => readonly Job[]) {
      jobs = next(jobs);
    },
    send: (step: Job | 'live' | 'reset') => send(step),
    /** Answers nothing until the returned function is called; requests see what is stored when they arrive. */
    hold() {
      let release: () => void = () => undefined;
      held = new Promise<void>((resolve) => {
        release = resolve;
      });
      return release;
    },
    fail(times: number) {
      outages = times;
    },
    shows: (count: number) => expect.poll(() => rows().length).toBe(count),
  };
}

/** Meanwhile, without an event: three new jobs, one that ended, and one that is gone. */
const meanwhile = (jobs: readonly Job[]) => [
  ...[13, 12, 11].map((minute) => jobAt(minute)),
  ...jobs
    .filter(({ id }) => id !== 'job-4')
    .map((each) => (each.id === 'job-3' ? { ...each, status: 'COMPLETED' as const, version: 9 } : each)),
];

async function loadAll(list: ReturnType<typeof openList>['list']): Promise<void> {
  while (list.read().value?.endCursor) await list.loadMore();
}

describe('a list of jobs', () => {
  it('adds pages, each once, and ends', async () => {
    const { list, rows, stored, shows } = openList(5);
    await shows(2);
    await Promise.all([list.loadMore(), list.loadMore()]);
    expect(rows()).toEqual(stored().slice(0, 4));
    await loadAll(list);
    expect(rows()).toEqual(stored());
    await list.loadMore();
    expect(rows()).toEqual(stored());
  });

  it('shows new jobs and changes as they come, those of an unread page not before', async () => {
    const { list, rows, send, shows, stored, change } = openList(5);
    await shows(2);
    const oldest = jobAt(1, { status: 'COMPLETED', version: 9 });
    change((jobs) => [jobAt(6), ...jobs.slice(0, 4), oldest]);
    send(jobAt(6));
    send(oldest);
    await shows(3);
    expect(rows()).toEqual(stored().slice(0, 3));
    await loadAll(list);
    expect(rows()).toEqual(stored());
  });

  it('has after a reset no gap, no outdated row and no job that is gone', async () => {
    const { list, rows, stored, change, send, shows } = openList(6);
    await shows(2);
    await list.loadMore();
    change(meanwhile);
    send('reset');
    await expect.poll(rows).toEqual(stored().slice(0, 4));
    await loadAll(list);
    expect(rows()).toEqual(stored());
  });

  it('has no gap if a page that was asked for before a reset arrives after it', async () => {
    const { list, rows, stored, change, send, shows, hold, requests } = openList(6);
    await shows(2);
    await expect.poll(() => requests.length).toBe(2);
    const release = hold();
    const loading = list.loadMore();
    const again = hold();
    change(meanwhile);
    send('reset');
    await expect.poll(() => requests.length).toBe(4);
    again();
    await expect.poll(rows).toEqual(stored().slice(0, 2));
    release();
    await loading;
    await loadAll(list);
    expect(rows()).toEqual(stored());
  });

  it('goes on after an outage', async () => {
    const { list, rows, stored, change, send, fail, shows } = openList(3);
    await shows(2);
    change(meanwhile);
    fail(2);
    send('reset');
    await expect.poll(() => list.read().error).toMatchObject({ code: 'NETWORK' });
    await expect.poll(rows).toEqual(stored().slice(0, 2));
    expect(list.read().error).toBeNull();
  });
});
