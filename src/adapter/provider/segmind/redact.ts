/** Takes keys out of a text. Not for a URL that is delivered: a changed link leads nowhere. */
export type Redact = {
  (text: string): string;
  /** Whether the configured key itself stands in a text. */
  holdsKey(text: string): boolean;
};

/** What the provider's keys look like, as a word of its own (`MSG_0001.mp4` is none); their length is not published. */
const keyShape = /(?<!\w)SG_[0-9A-Za-z]+(?!\w)/;

/** Puts `[redacted]` in the place of the configured key, plain, URL-encoded or JSON-escaped, and of whatever looks like a provider's key. */
export function createRedact(apiKey: string): Redact {
  const encoded = encodeURIComponent(apiKey);
  const lowerHex = encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const escaped = JSON.stringify(apiKey).slice(1, -1);
  const forms = [...new Set([apiKey, encoded, lowerHex, escaped])].filter((form) => form !== '');
  // What trails a key of the known shape goes with it.
  const trail = /^SG_[0-9A-Za-z]+$/.test(apiKey) ? '[0-9A-Za-z]*' : '';
  const longestFirst = forms.sort((a, b) => b.length - a.length).map((form) => literal(form) + trail);
  const key = longestFirst.join('|');
  const keyAlone = new RegExp(key);
  const pattern = new RegExp(`${key}|${keyShape.source}`, 'g');
  return Object.assign((text: string) => text.replace(pattern, '[redacted]'), {
    holdsKey: (text: string) => keyAlone.test(text),
  });
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
