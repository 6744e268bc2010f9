import type { Failure } from './api/mutations.ts';

/**
 * The sentence about one field of a refused input, or undefined. The gateway names fields as the API does; people read the label instead:
 * `userId must have 1 to 255 characters` becomes `User must have …`.
 */
export function issueFor(failure: Failure | undefined, name: string, label: string): string | undefined {
  if (failure?.__typename !== 'InvalidInputError') return undefined;
  const message = failure.issues.find(({ path }) => path[0] === name)?.message;
  return message?.startsWith(`${name} `) === true ? label + message.slice(name.length) : message;
}
