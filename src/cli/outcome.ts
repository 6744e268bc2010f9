import type { Failure } from '../domain/failure.ts';

/**
 * The result of a command: a text for people, and the same as a value for `--json`. `isDone`: it succeeded. `note`: more for the reader,
 * which a script that takes the text does not want.
 */
export type Outcome = {
  readonly text: string;
  readonly json: unknown;
  readonly isDone: boolean;
  readonly note?: string;
};

/** The outcome of a command that succeeded. */
export function doneOutcome(text: string, json: unknown): Outcome {
  return { text, json, isDone: true };
}

/** The outcome of a command that was refused. Its value is `{"error": {"code", "message", "issues"}}`; only invalid input has issues. */
export function refusedOutcome(failure: Failure): Outcome {
  const { code, message } = failure;
  const issues = failure.kind === 'invalidInput' ? { issues: failure.issues } : {};
  return { text: message, json: { error: { code, message, ...issues } }, isDone: false };
}

/** The outcome of a command that could not run. */
export function failedOutcome(message: string): Outcome {
  return { text: message, json: { error: { message } }, isDone: false };
}

/** An instant as RFC 3339 in UTC; null stays null. `at`: epoch milliseconds. */
export function timeOf<At extends number | null>(at: At): At extends null ? null : string {
  const text = at === null ? null : new Date(at).toISOString();
  // The compiler cannot see that the result depends on the argument's type in this way.
  return text as At extends null ? null : string;
}

/** A text from outside as it may be printed: characters that could control a terminal are replaced. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
