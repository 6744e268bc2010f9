import { expect, test } from 'vitest';
import { readTasks } from '../../bench/trace.ts';

const main = (pid: number, name = 'CrRendererMain') => ({
  name: 'thread_name',
  ph: 'M',
  pid,
  tid: 1,
  args: { name },
});

/** A task of so many ms by the clock and by CPU. */
const task = (pid: number, wall: number, cpu: number, name = 'ThreadControllerImpl::RunTask') => ({
  name,
  ph: 'X',
  pid,
  tid: 1,
  dur: wall * 1000,
  tdur: cpu * 1000,
});

const traceOf = (...traceEvents: object[]) => Buffer.from(JSON.stringify({ traceEvents }));

test('counts the tasks of the busiest page, by the clock and by CPU time', () => {
  const others = [main(2), task(2, 900, 900), main(3, 'CrBrowserMain'), task(3, 900, 900), task(3, 900, 900)];
  const tasks = readTasks(
    traceOf(main(1), ...others, task(1, 70, 20), task(1, 51, 51), task(1, 5, 4), task(1, 5, 4, 'RunTask')),
  );
  expect([tasks.over(50, 'wall'), tasks.over(50, 'cpu')]).toEqual([2, 1]);
  expect([tasks.longest('wall'), tasks.longest('cpu')]).toEqual([70, 51]);
  expect([tasks.sum('wall'), tasks.sum('cpu')]).toEqual([126, 75]);
});

test('a trace without a page is an error', () => {
  expect(() => readTasks(traceOf(main(3, 'CrBrowserMain'), task(3, 1, 1)))).toThrow('no task of a page');
});
