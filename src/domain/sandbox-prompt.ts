/** Prompts of the sandbox's scripts begin with this. LIVE refuses them: a typing mistake would cost money. */
export const scriptPrefix = '@test/';

const hourMs = 3_600_000;

/** The scripts that take a time, such as `@test/ok:3s`, and the longest one. A 429 holds a submit for two minutes at most. */
const longestTimes = { ok: hourMs, slow: hourMs, progress: hourMs, pending: 120_000 };

const untimedNames = [
  ...(['fail', 'moderated', 'stuck', 'late', 'lost'] as const),
  ...(['submit:400', 'submit:401', 'submit:403', 'submit:404', 'submit:406', 'submit:410', 'submit:500'] as const),
  ...(['submit:200-failed', 'submit:429', 'submit:502', 'submit:504', 'submit:reset'] as const),
  ...(['poll:502', 'poll:html', 'poll:404'] as const),
  ...(['output:none', 'output:string', 'output:double', 'output:object', 'output:url'] as const),
];

type TimedName = keyof typeof longestTimes;

/** The name of a script, such as `poll:502`: what follows `@test/` in a prompt. */
export type ScriptName = TimedName | (typeof untimedNames)[number];

/** A prompt's script, and the time in the prompt in milliseconds; null if it has none. */
export type ScriptCall = { readonly name: ScriptName; readonly timeMs: number | null };

// `Object.keys` widens the names to string.
const timedNames = Object.keys(longestTimes) as readonly TimedName[];

/** All scripts that prompts can name. */
export const scriptNames: readonly ScriptName[] = [...timedNames, ...untimedNames];

/** Whether a text is the name of a script. */
export function isScriptName(text: string): text is ScriptName {
  return scriptNames.some((name) => name === text);
}

/**
 * Reads the first word of a prompt: `@test/`, a script's name and, if the script takes one, a time (`:2.5s`, `:300ms`, `:1m`). Null for
 * every other prompt; `unknown` for another word, and for a time that is wrong, too long or not taken.
 */
export function readScriptCall(prompt: string): ScriptCall | 'unknown' | null {
  if (!prompt.startsWith(scriptPrefix)) return null;
  const word = /^\S*/.exec(prompt.slice(scriptPrefix.length))?.[0] ?? '';
  if (isScriptName(word)) return { name: word, timeMs: null };
  const [, text, amount, unit] = /^([a-z]+):(\d{1,9}(?:\.\d{1,9})?)(ms|s|m)$/.exec(word) ?? [];
  const name = timedNames.find((each) => each === text);
  if (name === undefined) return 'unknown';
  const timeMs = Math.round(Number(amount) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000));
  return timeMs > longestTimes[name] ? 'unknown' : { name, timeMs };
}

/** What is wrong with a prompt of which `readScriptCall` says `unknown`: a sentence with all words that the sandbox knows. */
export const unknownScriptMessage =
  `The sandbox does not know this ${scriptPrefix} prompt. ` +
  `Its first word may be ${listed(scriptNames.map((name) => scriptPrefix + name))}. ` +
  `A time may follow ${listed(timedNames.map((name) => scriptPrefix + name))}, ` +
  `such as ${scriptPrefix}ok:3s (ms, s or m; an hour at most, for ${scriptPrefix}pending two minutes).`;

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
