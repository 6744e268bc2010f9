/** What servers put before JSON so that no browser runs it as a script. */
const guards = /^(?:\)\]\}'?,?|while\s*\(1\);?|for\s*\(;;\);?|&&&START&&&)\s*/;

/** Strings are matched to be passed over; a string without an end takes the rest, so that no text is gone through twice. */
const tokens = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|-?\bInfinity\b|\bNaN\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * The value that a JSON text stands for; undefined where it is none. Takes a guard such as `)]}',` before it. NaN and Infinity are null,
 * and a whole number beyond 2^53 is a string of its digits, because it may be an id.
 */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.trim() === '' ? '' : plainJson(text.trim().replace(guards, '')));
  } catch {
    return undefined;
  }
}

/** The same, and once more for as long as the value is itself the text of a list, an object or a string. */
export function parseNestedJson(text: string): unknown {
  let value = parseJson(text);
  // A text inside a text is always the shorter one, so this comes to an end.
  while (typeof value === 'string') {
    const inner = embeddedJson(value);
    if (inner === undefined) return value;
    value = inner;
  }
  return value;
}

/** The value that a text stands for in JSON, where it is a JSON string, list or object; else undefined. */
export function embeddedJson(text: string): unknown {
  // Lists may hold many texts that only begin like JSON; trying each would take long.
  return /^\s*["[{]/.test(text) && /["\]}]$/.test(text.trimEnd()) ? parseJson(text) : undefined;
}

function plainJson(text: string): string {
  return /\d{16}|NaN|Infinity/.test(text) ? text.replace(tokens, plainToken) : text;
}

function plainToken(token: string): string {
  if (token.startsWith('"')) return token;
  if (/[NI]/.test(token)) return 'null';
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}
