/** The environment variables of a process, as in `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads settings one by one and collects a sentence for each invalid one, so that all are reported together. */
export interface Settings {
  /** Null if unset; an empty value counts as unset. */
  text(name: string): string | null;
  whole(name: string, range: { readonly min: number; readonly max: number; readonly byDefault: number }): number;
  oneOf<Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice;
  /** An absolute http or https URL without credentials, query and fragment; null if unset or invalid. */
  url(name: string): URL | null;
  /** Adds a sentence about a setting, without its name: what is wrong and what is allowed. */
  refuse(name: string, sentence: string): void;
  /** The sentences so far, each with the name of its setting. */
  readonly problems: readonly string[];
}

/** Reads settings from variables. Sentences about numbers and choices show the value; those about URLs do not, as it may hold a secret. */
export function createSettings(variables: Variables): Settings {
  const problems: string[] = [];
  const refuse = (name: string, sentence: string) => void problems.push(`${name} ${sentence}`);
  const text = (name: string) => variables[name]?.trim() || null;

  return {
    text,
    refuse,
    problems,
    whole(name, { min, max, byDefault }) {
      const value = text(name);
      if (value === null) return byDefault;
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= min && number <= max) return number;
      refuse(name, `must be a whole number from ${min} to ${max}, not "${value}".`);
      return byDefault;
    },
    oneOf(name, choices) {
      const value = text(name);
      const choice = choices.find((each) => each === value);
      if (value !== null && choice === undefined) refuse(name, `must be one of ${choices.join(', ')}, not "${value}".`);
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
