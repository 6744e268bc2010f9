import type { Environment } from '../domain/job.ts';
import type { EraseUser } from '../gateway/erasure.ts';
import { readOptions } from './command-line.ts';
import { doneOutcome, type Outcome, refusedOutcome } from './outcome.ts';
import { chosenOrBoth, extraSentence, missingSentence, type Refusal, readEnvironment, refusal } from './refusal.ts';

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

/** Parses the arguments, or refuses them. */
export function readEraseCommand(args: readonly string[]): EraseCommand | Refusal {
  const options = { env: { type: 'string' } } as const;
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return refusal(`${given.problem}.`, eraseUsage);
  const [userId, extra] = given.positionals;
  if (extra !== undefined) return refusal(extraSentence(extra, args, 'reelgate erase takes one USER'), eraseUsage);
  if (userId === undefined) return refusal(missingSentence({ USER: userId }), eraseUsage);
  const read = readEnvironment(given.values.env);
  if ('problem' in read) return refusal(read.problem, eraseUsage);
  return { userId, environments: chosenOrBoth(read.environment) };
}

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
