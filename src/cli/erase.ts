import type { Environment } from '../domain/job.ts';
import type { EraseUser } from '../gateway/erasure.ts';
import { readOptions } from './command-line.ts';
import { doneOutcome, type Outcome, refusedOutcome } from './outcome.ts';

/** The usage of `reelgate erase`. */
export const eraseUsage = `Usage: reelgate erase USER [--env test|live] [--json]: deletes what a user asked for, and their videos

  --env test|live   only in this environment; otherwise in both
  --json            one JSON array, with the counts of each environment

It stores the order; the gateway follows it within minutes, running jobs as they end. Asking again gives the same counts. It works while a
gateway is running, and also without one: then the next start follows. Revoke the user's keys first: later jobs are not covered.
docs/privacy.md says what stays.
`;

/** A parsed `reelgate erase` command. */
export type EraseCommand = {
  readonly userId: string;
  readonly environments: readonly Environment[];
};

/** Parses the arguments, or returns the usage. */
export function readEraseCommand(args: readonly string[]): EraseCommand | { readonly usage: string } {
  const options = { env: { type: 'string' } } as const;
  const read = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in read) return { usage: `${read.problem}.\n\n${eraseUsage}` };
  const { positionals, values } = read;
  const [userId, ...rest] = positionals;
  const environments = values.env === undefined ? (['LIVE', 'TEST'] as const) : environmentsOf[values.env];
  if (userId === undefined || rest.length > 0 || environments === undefined) return { usage: eraseUsage };
  return { userId, environments };
}

const environmentsOf: Readonly<Record<string, readonly Environment[] | undefined>> = { live: ['LIVE'], test: ['TEST'] };

/** Runs the command. */
export async function runEraseCommand({ userId, environments }: EraseCommand, erase: EraseUser): Promise<Outcome> {
  const shown: object[] = [];
  const lines: string[] = [];
  for (const environment of environments) {
    const counts = await erase({ environment }, userId);
    if ('kind' in counts) return refusedOutcome(counts);
    const { jobs, videos } = counts;
    shown.push({ environment, userId, jobs, videos });
    lines.push(`${environment}: ${jobs} jobs, ${videos} videos`);
  }
  return doneOutcome(lines.join('\n'), shown);
}
