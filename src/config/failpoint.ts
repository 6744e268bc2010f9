/** The steps of a paid job at which a crash test can kill the process, in their order. */
export const failpointNames = [
  'after-recover',
  'before-admit',
  'after-admit',
  'before-claim',
  'after-claim',
  'before-submit',
  'before-first-byte',
  'after-submit',
  'before-accept-commit',
  'after-accept-commit',
  'before-poll',
  'after-poll',
  'before-end-commit',
  'after-end-commit',
  'before-ring',
  'after-ring',
  // Those of the copy of its video.
  'after-copy-claim',
  'before-copy-receive',
  'after-copy-receive',
  'before-copy-put',
  'after-copy-put',
  'before-copy-commit',
  'after-copy-commit',
  // Those of a webhook.
  'after-webhook-claim',
  'before-webhook-send',
  'after-webhook-send',
  'before-webhook-settle',
  'after-webhook-settle',
] as const;

/** A step at which the process can be killed. */
export type FailpointName = (typeof failpointNames)[number];

/** Kills the process at the n-th passage (from 1) of a step. For the project's own crash tests. */
export type Failpoint = { readonly name: FailpointName; readonly passage: number };

/** Parses `name` or `name:n`; null if it is not a failpoint. */
export function readFailpoint(text: string): Failpoint | null {
  const [, word, passage = '1'] = /^([a-z-]+)(?::([1-9]\d{0,5}))?$/.exec(text) ?? [];
  const name = failpointNames.find((each) => each === word);
  return name === undefined ? null : { name, passage: Number(passage) };
}
