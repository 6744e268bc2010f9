/** The steps of the paid path at which a process can be made to die, in their order. */
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
] as const;

/** A step at which a process can die. */
export type FailpointName = (typeof failpointNames)[number];

/** Where a process dies: at the n-th passage (from 1) of a step. For the project's own crash tests. */
export type Failpoint = { readonly name: FailpointName; readonly passage: number };

/** The failpoint that `name` or `name:n` stands for; null where it is none. */
export function readFailpoint(text: string): Failpoint | null {
  const [, word, passage = '1'] = /^([a-z-]+)(?::([1-9]\d{0,5}))?$/.exec(text) ?? [];
  const name = failpointNames.find((each) => each === word);
  return name === undefined ? null : { name, passage: Number(passage) };
}
