import { pino } from 'pino';
import type { Log } from './ports.ts';

/** How much the log says. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

const redacted = '[redacted]';
/** Field names under which keys and tokens could travel, at any of the depths that our own log lines have. */
const secretFields = ['authorization', 'apiKey', 'x-api-key', 'token', 'secret', 'password'];

/** A log of JSON lines on standard error, each with the name of the `node` where there are several; `secrets`, and whatever looks like a provider's key or a bearer token, never get into it. */
export function createLog(level: LogLevel, secrets: readonly string[], node: string | null = null): Log {
  const patterns = [/SG_[0-9A-Za-z]+/g, /eyJ[\w-]+\.[\w-]+\.[\w-]*/g, /Bearer\s+[^\s"',]+/gi];
  const clean = (line: string) =>
    secrets.reduce(
      (text, secret) => text.replaceAll(secret, redacted),
      patterns.reduce((text, pattern) => text.replace(pattern, redacted), line),
    );
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
