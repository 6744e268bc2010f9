/** Prefixes that servers put before JSON so that no browser runs it as a script. */
const guards = /^(?:\)\]\}'?,?|while\s*\(1\);?|for\s*\(;;\);?|&&&START&&&)\s*/;

/** Strings are matched so that they are skipped. An unterminated string matches to the end, so that scanning stays linear. */
const tokens = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|-?\bInfinity\b|\bNaN\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses a JSON text, with or without a guard such as `)]}',` before it; undefined if it is not JSON. NaN and Infinity become null.
 * An integer beyond 2^53 becomes a string of its digits, because it may be an id.
 */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.trim() === '' ? '' : plainJson(text.trim().replace(guards, '')));
  } catch {
    return undefined;
  }
}

/** Parses a JSON text, and parses the value again for as long as it is itself the text of a list, an object or a string. */
export function parseNestedJson(text: string): unknown {
  let value = parseJson(text);
  // Each inner text is shorter, so the loop ends.
  while (typeof value === 'string') {
    const inner = embeddedJson(value);
    if (inner === undefined) return value;
    value = inner;
  }
  return value;
}

/** The value of a text that is a JSON string, list or object; else undefined. */
export function embeddedJson(text: string): unknown {
  // A list may hold many texts that only start like JSON; parsing each of them would be slow.
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
