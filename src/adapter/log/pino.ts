import { pino } from 'pino';
import type { Log, LogLevel } from '../../ports.ts';

const redacted = '[redacted]';

/** Field names under which keys and tokens could travel, at any of the depths that our own log lines have. */
const secretFields = ['authorization', 'apiKey', 'x-api-key', 'token', 'secret', 'password'];

/** What must not get into a log: keys wherever they stand; passwords where a password stands, and long ones that are no mere word everywhere. */
export type LogSecrets = { readonly keys: readonly string[]; readonly passwords: readonly string[] };

/** A log of JSON lines on standard error, each with the name of the `node` where there are several; `secrets`, and whatever looks like a provider's key or a bearer token, never get into it. */
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
    // The whole line is cleaned, because a key may stand in the middle of an error's message.
    {
      write(line: string) {
        process.stderr.write(clean(line));
      },
    },
  );
}

/** Takes secrets out of a log line, which is JSON. Leaves other words alone, those of an SQL error with a short password in it, too. */
export function createLineRedact({ keys, passwords }: LogSecrets): (line: string) => string {
  const patterns = [
    ...keys.flatMap(formsOf).map((form) => new RegExp(literal(form), 'g')),
    ...passwords
      .filter(isUnmistakable)
      .flatMap(formsOf)
      .map((form) => new RegExp(`(?<!\\w)${literal(form)}(?!\\w)`, 'g')),
    // A short one, or a word such as postgres, is hidden in a URL and as an item of a list (a command's arguments), and nowhere else.
    ...passwords.flatMap(formsOf).map((form) => new RegExp(`(?<=:)${literal(form)}(?=@)`, 'g')),
    ...passwords.flatMap(formsOf).map((form) => new RegExp(`(?<=[[,]")${literal(form)}(?="[\\],])`, 'g')),
    // A word of its own: it may follow an escaped character, as in \nSG_0123, but MSG_0001 is none.
    /(?<=^|[^\w]|\\[bfnrt]|\\u[0-9a-f]{4})SG_[0-9A-Za-z]+(?!\w)/g,
    /eyJ[\w-]+\.[\w-]+\.[\w-]*/g,
    /Bearer\s+[^\s"',]+/gi,
  ];
  return (line) => patterns.reduce((text, pattern) => text.replace(pattern, redacted), line);
}

/** Whether a password is long enough, and unlike a word, so that it stands for itself wherever it is found. */
function isUnmistakable(password: string): boolean {
  return password.length >= 8 && !/^[A-Za-z]+$/.test(password);
}

/** A secret as it may stand in JSON: escaped, or encoded in a URL. */
function formsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  return [...new Set([JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])];
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
