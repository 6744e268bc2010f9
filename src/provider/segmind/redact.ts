/** Takes keys out of a text. */
export type Redact = (text: string) => string;

/** What the provider's keys look like; their length is not published. */
const keyShape = 'SG_[0-9A-Za-z]+';

/** Puts `[redacted]` in the place of the configured key, plain, URL-encoded or JSON-escaped, and of whatever looks like a provider's key. */
export function createRedact(apiKey: string): Redact {
  const encoded = encodeURIComponent(apiKey);
  const lowerHex = encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const escaped = JSON.stringify(apiKey).slice(1, -1);
  // A key of the known shape is left to that shape, which also takes what trails the key.
  const forms = [...new Set([apiKey, encoded, lowerHex, escaped])].filter(
    (form) => form !== '' && !new RegExp(`^${keyShape}$`).test(form),
  );
  const longestFirst = forms.sort((a, b) => b.length - a.length).map(literal);
  const pattern = new RegExp([...longestFirst, keyShape].join('|'), 'g');
  return (text) => text.replace(pattern, '[redacted]');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
