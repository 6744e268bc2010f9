import type { Environment } from '../domain/job.ts';
import { shown } from './command-line.ts';

/** The answer to arguments that are wrong: what is wrong, and the usage of the command. */
export type Refusal = { readonly usage: string };

/** Refuses arguments with a sentence about them. */
export function refusal(sentence: string, usage: string): Refusal {
  return { usage: `${sentence}\n\n${usage}` };
}

/** A sentence about a word that is missing or wrong: `--env is test or live, not prod.` */
export function choiceSentence(what: string, word: string | undefined, choices: readonly string[]): string {
  const allowed = listOf(choices, 'or');
  return word === undefined ? `${what} is missing: ${allowed}.` : `${what} is ${allowed}, not ${shown(word)}.`;
}

/** A sentence about what is missing: `--user and --reason are missing.` */
export function missingSentence(values: Readonly<Record<string, string | undefined>>): string {
  const missing = Object.keys(values).filter((name) => !values[name]);
  return `${listOf(missing, 'and')} ${missing.length === 1 ? 'is' : 'are'} missing.`;
}

/** A sentence about one argument too many. `args`: all of them, which decide whether it may be shown. */
export function extraSentence(word: string, args: readonly string[], takes: string): string {
  return `Unexpected argument ${shown(word, args)}: ${takes}.`;
}

const environments: ReadonlyMap<string, Environment> = new Map([
  ['test', 'TEST'],
  ['live', 'LIVE'],
]);

/** Reads the value of `--env`; null if it is absent. A problem is a sentence about a wrong one. */
export function readEnvironment(
  word: string | undefined,
): { readonly environment: Environment | null } | { readonly problem: string } {
  const environment = word === undefined ? null : environments.get(word);
  return environment === undefined
    ? { problem: choiceSentence('--env', word, [...environments.keys()]) }
    : { environment };
}

/** A command needs `--env`. */
export const missingEnvironment = choiceSentence('--env', undefined, [...environments.keys()]);

/** The environments that a command without `--env` is about: LIVE, then TEST. */
export function chosenOrBoth(environment: Environment | null): readonly Environment[] {
  return environment === null ? ['LIVE', 'TEST'] : [environment];
}

function listOf(words: readonly string[], last: 'and' | 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
