import { readFileSync } from 'node:fs';
import { isServiceLink, settingMeantBy } from './spelling.ts';

/** The environment variables of a process, as in `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads settings one by one and collects a sentence for each invalid one, so that all are reported together. */
export interface Settings {
  /** Null if unset; an empty value counts as unset. */
  text(name: string): string | null;
  /** Like `text`, but the value may also stand in a file that NAME_FILE names, so that no process list or manifest shows it. */
  secret(name: string): string | null;
  whole(name: string, range: { readonly min: number; readonly max: number; readonly byDefault: number }): number;
  oneOf<Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice;
  /** An absolute http or https URL without credentials, query and fragment; null if unset or invalid. */
  url(name: string): URL | null;
  /** Adds a sentence about a setting, without its name: what is wrong and what is allowed. */
  refuse(name: string, sentence: string): void;
  /** Refuses variables that are ours, misspelt. `unread`: settings that this configuration does not need. Call it last. */
  refuseUnknown(unread: readonly string[]): void;
  /**
   * What was read so far, by name, for the audit log: values with their defaults, `(set)` for a secret. Settings that differ from node to
   * node are left out.
   */
  readonly effective: ReadonlyMap<string, string>;
  /** The sentences so far, each with the name of its setting. */
  readonly problems: readonly string[];
}

/** What belongs to one node. */
const ofOneNode = new Set(['HOST', 'PORT', 'METRICS_PORT', 'LOG_LEVEL', 'REELGATE_FAILPOINT']);

/** Whether a sentence may quote a value: not one with an @, as in a URL with a password, and none that looks like a key. */
export const mayShow = (value: string) => !value.includes('@') && !/\b(SG|sk|ct)_/.test(value);

/** An item of a list as a sentence may quote it. It is judged by the whole list, since a password may have commas. */
export const shownItem = (item: string, list: string) => (mayShow(list) ? `"${item}"` : 'one of them');

/** The address of a proxy may hold a password, and its name comes in any spelling. */
const mayHoldSecret = (name: string, value: string) => /proxy$/i.test(name) || !mayShow(value);

/** The end of a sentence about a value that should be a number or a word. A long one is probably something else, such as a secret. */
const notThis = (value: string) => (value.length <= longestWord && mayShow(value) ? `, not "${value}".` : '.');

const longestWord = 20;

/** What the audit log shows of a secret. */
const hidden = '(set)';

/** Reads settings from variables. Sentences about numbers and choices show the value; those about URLs do not, as it may hold a secret. */
export function createSettings(variables: Variables): Settings {
  const problems: string[] = [];
  const refuse = (name: string, sentence: string) => void problems.push(`${name} ${sentence}`);
  const known = new Set<string>();
  const effective = new Map<string, string>();
  const note = (name: string, value: string) => {
    if (!ofOneNode.has(name)) effective.set(name, value);
  };
  const raw = (name: string) => {
    known.add(name);
    const value = variables[name]?.trim() || null;
    return value === null || isServiceLink(name, value) ? null : value;
  };
  const text = (name: string) => {
    const value = raw(name);
    if (value !== null) note(name, mayHoldSecret(name, value) ? hidden : value);
    return value;
  };

  return {
    text,
    refuse,
    secret(name) {
      const [value, file] = [raw(name), raw(`${name}_FILE`)];
      if (value !== null || file !== null) note(name, hidden);
      if (file === null) return value;
      if (value !== null) refuse(`${name}_FILE`, `must not be set together with ${name}: choose one.`);
      const read = readSecret(file);
      if ('problem' in read)
        refuse(`${name}_FILE`, `must be the path of a file with the value of ${name}; ${read.problem}.`);
      return 'value' in read ? read.value : null;
    },
    refuseUnknown(unread) {
      const settings = new Set([...known, ...unread]);
      for (const [name, value = ''] of Object.entries(variables)) {
        if (settings.has(name) || value.trim() === '' || isServiceLink(name, value)) continue;
        const meant = settingMeantBy(name, settings);
        // On Windows the letter case of a name does not matter.
        const upper = name.toUpperCase();
        if (meant === null || (settings.has(upper) && variables[upper] === value)) continue;
        refuse(name, `is not a setting. Did you mean ${meant}? See docs/configuration.md for all settings.`);
      }
    },
    problems,
    effective,
    whole(name, { min, max, byDefault }) {
      const value = text(name);
      note(name, value ?? String(byDefault));
      if (value === null) return byDefault;
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= min && number <= max) return number;
      refuse(name, `must be a whole number from ${min} to ${max}${notThis(value)}`);
      return byDefault;
    },
    oneOf(name, choices) {
      const value = text(name);
      const choice = choices.find((each) => each === value);
      if (value !== null && choice === undefined) refuse(name, `must be one of ${choices.join(', ')}${notThis(value)}`);
      note(name, choice ?? choices[0]);
      return choice ?? choices[0];
    },
    url(name) {
      const value = text(name);
      if (value === null) return null;
      const url = URL.canParse(value) ? new URL(value) : null;
      // If a password contains an unescaped /, the text before the / parses as the host, which other messages show.
      const isPlain = url !== null && !value.includes('@') && url.search === '' && url.hash === '';
      if (isPlain && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
      refuse(name, 'must be an absolute http or https URL without credentials, query and fragment.');
      return null;
    },
  };
}

/**
 * Reads a secret from a file, without the white space around it. A problem is the end of a sentence. It shows neither the content nor the
 * name: the secret itself may stand where its file should be named.
 */
function readSecret(file: string): { readonly value: string } | { readonly problem: string } {
  try {
    const value = readFileSync(file, 'utf8').trim();
    return value === '' ? { problem: 'that file is empty' } : { value };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { problem: code === 'ENOENT' ? 'there is no such file' : `that file cannot be read (${code})` };
  }
}
