import { Kind, type ValueNode } from 'graphql';
import type { Builder } from './builder.ts';
import { refusal } from './error.ts';

/** Adds the scalars. */
export function addScalars(builder: Builder): void {
  builder.scalarType('DateTime', {
    description: 'A point in time, in RFC 3339 format and UTC, such as 2026-01-31T12:00:00Z.',
    serialize: (at) => new Date(at).toISOString(),
    ...inputBy(readInstant, 'A DateTime must look like 2026-01-31T12:00:00Z.'),
  });
  builder.scalarType('URL', {
    description: 'An absolute http or https URL.',
    serialize: (url) => written(readUrl(url), 'a URL that clients may be given'),
    ...inputBy(readUrl, 'A URL must be absolute and start with http:// or https://.'),
  });
  builder.scalarType('SafeInt', {
    description: 'An integer of up to 53 bits, used for seeds and byte counts.',
    serialize: (value) => written(Number.isSafeInteger(value) ? value : null, 'an integer of up to 53 bits'),
    ...inputBy(readInteger, 'This must be an integer.'),
  });
}

/** Makes a scalar read variables and literals alike. `read` returns null for a value it does not accept. */
function inputBy<Value>(read: (value: unknown) => Value | null, sentence: string) {
  return {
    parseValue(value: unknown): Value {
      const known = read(value);
      if (known === null) throw refusal('BAD_USER_INPUT', sentence);
      return known;
    },
    // A bad literal is an error in the document, so validation reports it and adds its own words around this sentence.
    parseLiteral(node: ValueNode): Value {
      const known = read(node.kind === Kind.INT ? Number(node.value) : node.kind === Kind.STRING ? node.value : null);
      if (known === null) throw new TypeError(sentence);
      return known;
    },
  };
}

function written<Value>(value: Value | null, what: string): Value {
  if (value === null) throw new TypeError(`A stored value is not ${what}.`);
  return value;
}

function readInstant(value: unknown): number | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)) return null;
  const at = Date.parse(value);
  // Date.parse rolls a day such as February 30 over into the next month.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value.slice(0, 19)) ? at : null;
}

function readUrl(value: unknown): string | null {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : null;
}

/** Accepts any integer, however large: the command that takes it checks the bounds. */
function readInteger(value: unknown): number | null {
  // An integer literal of hundreds of digits is parsed as Infinity.
  return typeof value === 'number' && (Number.isInteger(value) || Math.abs(value) === Number.POSITIVE_INFINITY)
    ? value
    : null;
}
