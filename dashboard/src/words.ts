import type { JobRow } from './api/operations.ts';

/** The status of a job. */
export type JobStatus = JobRow['status'];
/** The shape of a video. */
export type AspectRatio = JobRow['aspectRatio'];

/** The label of each status. */
export const statusWords: Readonly<Record<JobStatus, string>> = {
  PENDING: 'Pending',
  QUEUED: 'Queued',
  PROCESSING: 'Processing',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  CANCELED: 'Canceled',
};

/** A job's prompt, or what stands in its place once it was deleted. */
export function promptText({ prompt }: { readonly prompt: string }): string {
  return prompt === '' ? 'Deleted job' : prompt;
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

/** Prompts that trigger scenarios of the sandbox. */
export const scenarios: readonly { readonly prompt: string; readonly outcome: string }[] = [
  { prompt: '@test/ok:3s', outcome: 'Completed after 3 s' },
  { prompt: '@test/slow:60s', outcome: 'Completed after a minute' },
  { prompt: '@test/progress', outcome: 'Completed after 30 s, overdue' },
  { prompt: '@test/pending:30s', outcome: 'Pending for 30 s' },
  { prompt: '@test/fail', outcome: 'Generation failed' },
  { prompt: '@test/fail:Out of ideas.', outcome: 'Failed with these words' },
  { prompt: '@test/moderated', outcome: 'Content rejected' },
  { prompt: '@test/timeout', outcome: 'Timed out at the provider' },
  { prompt: '@test/stuck:10s', outcome: 'Past its deadline after 10 s' },
  { prompt: '@test/late:10s', outcome: 'Late video after its deadline' },
  { prompt: '@test/lost', outcome: 'Lost by the provider' },
  { prompt: '@test/submit:200-failed', outcome: 'Refused inside a 200' },
  { prompt: '@test/submit:400', outcome: 'Bad request' },
  { prompt: '@test/submit:401', outcome: 'Key rejected' },
  { prompt: '@test/submit:403', outcome: 'Not allowed' },
  { prompt: '@test/submit:404', outcome: 'Workflow not found' },
  { prompt: '@test/submit:406', outcome: 'Provider out of credits' },
  { prompt: '@test/submit:410', outcome: 'Workflow retired' },
  { prompt: '@test/submit:429', outcome: 'Rate limited, then accepted' },
  { prompt: '@test/submit:500', outcome: 'Provider unavailable' },
  { prompt: '@test/submit:502', outcome: 'Unconfirmed (502)' },
  { prompt: '@test/submit:504', outcome: 'Unconfirmed (504)' },
  { prompt: '@test/submit:reset', outcome: 'Unconfirmed (connection reset)' },
  { prompt: '@test/poll:502', outcome: 'Failed polls (502)' },
  { prompt: '@test/poll:html', outcome: 'Failed polls (HTML)' },
  { prompt: '@test/poll:404', outcome: 'Failed polls (404)' },
  { prompt: '@test/output:none', outcome: 'No usable output' },
  { prompt: '@test/output:string', outcome: 'Output as a string' },
  { prompt: '@test/output:double', outcome: 'Output encoded twice as JSON' },
  { prompt: '@test/output:object', outcome: 'Output as an object' },
  { prompt: '@test/output:url', outcome: 'Output as a URL' },
];
