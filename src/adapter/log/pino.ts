import { pino } from 'pino';
import type { Log, LogLevel } from '../../ports.ts';

const redacted = '[redacted]';

/** The names of fields that may contain keys and tokens. They are redacted down to the third level, the deepest of our log lines. */
const secretFields = ['authorization', 'apiKey', 'x-api-key', 'token', 'secret', 'password'];

/**
 * The secrets to remove from the log. Those of 8 characters and more are removed wherever they stand in full: `keys` also inside a longer
 * word, `passwords` as whole words. A shorter one, and a password that is a plain word such as postgres, is removed only where a password
 * is expected.
 */
export type LogSecrets = { readonly keys: readonly string[]; readonly passwords: readonly string[] };

/**
 * Creates a log of JSON lines on standard error, each with the name of the `node` unless it is null. It redacts `secrets` and everything
 * that looks like a provider key or a bearer token.
 */
export function createLog(level: LogLevel, secrets: LogSecrets, node: string | null = null): Log {
  const clean = createLineRedact(secrets);
  return pino(
    {
      level,
      base: node === null ? null : { node },
      redact: {
        paths: secretFields.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
        censor: redacted,
      },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
    },
    // Redacts the whole line, because an error's message may contain a key.
    {
      write(line: string) {
        process.stderr.write(clean(line));
      },
    },
  );
}

/** Where a word begins: also after an escaped character of JSON, so that \nSG_0123 contains a key, and MSG_0001 does not. */
const wordStart = String.raw`(?<=^|\W|\\[bfnrt]|\\u[0-9a-f]{4})`;

/** Returns a function that redacts secrets in a JSON log line. It keeps ordinary words, even those equal to a short password. */
export function createLineRedact({ keys, passwords }: LogSecrets): (line: string) => string {
  const [longKeys, shortKeys] = [keys.filter(isLong), keys.filter((key) => !isLong(key))];
  const guarded = [...passwords, ...shortKeys].flatMap(formsOf).map(literal);
  const patterns = [
    ...longKeys.flatMap(formsOf).map((form) => new RegExp(literal(form), 'g')),
    ...passwords
      .filter(isUnmistakable)
      .flatMap(formsOf)
      .map((form) => new RegExp(`${wordStart}${literal(form)}(?!\\w)`, 'g')),
    // A short secret, or a word such as postgres, is redacted only in a URL and as an item of a list, such as a command's arguments.
    ...guarded.map((form) => new RegExp(`(?<=:)${form}(?=@)`, 'g')),
    ...guarded.map((form) => new RegExp(`(?<=[[,]")${form}(?="[\\],])`, 'g')),
    new RegExp(`${wordStart}SG_[0-9A-Za-z]+(?!\\w)`, 'g'),
    /eyJ[\w-]+\.[\w-]+\.[\w-]*/g,
    /Bearer\s+[^\s"',]+/gi,
  ];
  return (line) => patterns.reduce((text, pattern) => text.replace(pattern, redacted), line);
}

function isLong(secret: string): boolean {
  return secret.length >= 8;
}

/** Whether a password is long and unlike a word, so that no other text is likely to contain it. No word has 16 letters. */
function isUnmistakable(password: string): boolean {
  return isLong(password) && !/^[A-Za-z]{1,15}$/.test(password);
}

/** The forms that a secret may have in JSON: escaped, or encoded for a URL. */
function formsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  return [...new Set([JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])];
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
