import type { ResultOf } from 'gql.tada';
import type { jobsQuery } from './api/operations.ts';

/** Where a job stands. */
export type JobStatus = ResultOf<typeof jobsQuery>['jobs']['nodes'][number]['status'];
/** The shape of a video. */
export type AspectRatio = ResultOf<typeof jobsQuery>['jobs']['nodes'][number]['aspectRatio'];

/** What each state is called. */
export const statusWords: Readonly<Record<JobStatus, string>> = {
  PENDING: 'Pending',
  QUEUED: 'Queued',
  PROCESSING: 'Processing',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  CANCELED: 'Canceled',
};

/** Whether nothing will move any more. */
export function isEnded(status: JobStatus): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELED';
}

/** The shapes on offer, with their sides. */
export const aspectRatios: readonly {
  readonly value: AspectRatio;
  readonly name: string;
  readonly sides: readonly [number, number];
}[] = [
  { value: 'LANDSCAPE_16_9', name: '16:9', sides: [16, 9] },
  { value: 'PORTRAIT_9_16', name: '9:16', sides: [9, 16] },
  { value: 'SQUARE_1_1', name: '1:1', sides: [1, 1] },
  { value: 'LANDSCAPE_4_3', name: '4:3', sides: [4, 3] },
  { value: 'PORTRAIT_3_4', name: '3:4', sides: [3, 4] },
];

/** The name and the sides of a shape. */
export function shapeOf(ratio: AspectRatio) {
  const shape = aspectRatios.find(({ value }) => value === ratio);
  return shape ?? { value: ratio, name: ratio, sides: [1, 1] as const };
}

/** The prompts that make the sandbox misbehave, in the order in which screens are built. */
export const scenarios: readonly { readonly prompt: string; readonly says: string }[] = [
  { prompt: '@test/ok:3s', says: 'Completed after 3 s' },
  { prompt: '@test/slow:60s', says: 'Completed after a minute' },
  { prompt: '@test/fail', says: 'Generation failed' },
  { prompt: '@test/stuck', says: 'Never ends: the deadline' },
  { prompt: '@test/submit:400', says: 'Bad request' },
  { prompt: '@test/submit:401', says: 'Key not accepted' },
  { prompt: '@test/submit:403', says: 'Not permitted' },
  { prompt: '@test/submit:404', says: 'Workflow not found' },
  { prompt: '@test/submit:406', says: 'Provider out of credits' },
  { prompt: '@test/submit:410', says: 'Workflow retired' },
  { prompt: '@test/submit:429', says: 'Rate limited, then taken' },
  { prompt: '@test/submit:500', says: 'Provider unavailable' },
  { prompt: '@test/submit:502', says: 'Unconfirmed (502)' },
  { prompt: '@test/submit:504', says: 'Unconfirmed (504)' },
  { prompt: '@test/submit:reset', says: 'Unconfirmed (reset)' },
  { prompt: '@test/poll:502', says: 'Faulty polls (502)' },
  { prompt: '@test/poll:html', says: 'Faulty polls (HTML)' },
  { prompt: '@test/poll:404', says: 'Faulty polls (404)' },
  { prompt: '@test/output:none', says: 'No usable output' },
  { prompt: '@test/output:string', says: 'Output as a string' },
  { prompt: '@test/output:double', says: 'Output encoded twice' },
  { prompt: '@test/output:object', says: 'Output as an object' },
  { prompt: '@test/output:url', says: 'Output as a URL' },
];
