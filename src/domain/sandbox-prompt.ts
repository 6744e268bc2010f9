/** Prompts of the sandbox's scripts begin with this. LIVE refuses them: a typing mistake would cost money. */
export const scriptPrefix = '@test/';

const hourMs = 3_600_000;

/** The scripts that take a time, such as `@test/ok:3s`, and the longest one. A 429 holds a submit for two minutes at most. */
const longestTimes = { ok: hourMs, slow: hourMs, progress: hourMs, stuck: hourMs, late: hourMs, pending: 120_000 };

/** The text of `@test/fail:` is a part of the request's id, which must not become too long. */
const maxTextBytes = 300;

const textPrefix = `${scriptPrefix}fail:`;

const untimedNames = [
  ...(['fail', 'moderated', 'timeout', 'lost'] as const),
  ...(['submit:400', 'submit:401', 'submit:403', 'submit:404', 'submit:406', 'submit:410', 'submit:500'] as const),
  ...(['submit:200-failed', 'submit:429', 'submit:502', 'submit:504', 'submit:reset'] as const),
  ...(['poll:502', 'poll:html', 'poll:404'] as const),
  ...(['output:none', 'output:string', 'output:double', 'output:object', 'output:url'] as const),
];

type TimedName = keyof typeof longestTimes;

/** The name of a script, such as `poll:502`: what follows `@test/` in a prompt. */
export type ScriptName = TimedName | (typeof untimedNames)[number];

/** A prompt's script, the time in the prompt in milliseconds, and the text of `@test/fail:…`; null if it has none. */
export type ScriptCall = { readonly name: ScriptName; readonly timeMs: number | null; readonly text: string | null };

// `Object.keys` widens the names to string.
const timedNames = Object.keys(longestTimes) as readonly TimedName[];

/** All scripts that prompts can name. */
export const scriptNames: readonly ScriptName[] = [...timedNames, ...untimedNames];

/** Whether a text is the name of a script. */
export function isScriptName(text: string): text is ScriptName {
  return scriptNames.some((name) => name === text);
}

/**
 * Reads the first word of a prompt: `@test/`, a script's name and, if the script takes one, a time (`:2.5s`, `:300ms`, `:1m`). The text of
 * `@test/fail:…` is all that follows. Null for every other prompt; `unknown` for another word, for a time that is wrong, too long or not
 * taken, and for a text that is empty or too long.
 */
export function readScriptCall(prompt: string): ScriptCall | 'unknown' | null {
  if (!prompt.startsWith(scriptPrefix)) return null;
  if (prompt.startsWith(textPrefix)) return failCallOf(prompt.slice(textPrefix.length).trim());
  const word = /^\S*/.exec(prompt.slice(scriptPrefix.length))?.[0] ?? '';
  if (isScriptName(word)) return { name: word, timeMs: null, text: null };
  const [, text, amount, unit] = /^([a-z]+):(\d{1,9}(?:\.\d{1,9})?)(ms|s|m)$/.exec(word) ?? [];
  const name = timedNames.find((each) => each === text);
  if (name === undefined) return 'unknown';
  const timeMs = Math.round(Number(amount) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000));
  return timeMs > longestTimes[name] ? 'unknown' : { name, timeMs, text: null };
}

function failCallOf(text: string): ScriptCall | 'unknown' {
  const isFit = text !== '' && new TextEncoder().encode(text).length <= maxTextBytes;
  return isFit ? { name: 'fail', timeMs: null, text } : 'unknown';
}

/** What is wrong with a prompt of which `readScriptCall` says `unknown`: a sentence with all words that the sandbox knows. */
export const unknownScriptMessage =
  `The sandbox does not know this ${scriptPrefix} prompt. ` +
  `Its first word may be ${listed(scriptNames.map((name) => scriptPrefix + name))}. ` +
  `A time may follow ${listed(timedNames.map((name) => scriptPrefix + name))}, ` +
  `such as ${scriptPrefix}ok:3s (ms, s or m; an hour at most, for ${scriptPrefix}pending two minutes). ` +
  `The provider's words may follow ${textPrefix}, in ${maxTextBytes} bytes at most.`;

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
