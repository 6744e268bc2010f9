/** Removes keys from a text. Not for a URL that a client receives: a changed link does not work. */
export type Redact = {
  (text: string): string;
  /** Whether a text contains the configured key itself. */
  holdsKey(text: string): boolean;
};

/** The shape of the provider's keys, as a whole word (`MSG_0001.mp4` is none). Their length is not published. */
const keyShape = /(?<!\w)SG_[0-9A-Za-z]+(?!\w)/;

/** Replaces the configured key (plain, URL-encoded or JSON-escaped) and anything that looks like a provider's key by `[redacted]`. */
export function createRedact(apiKey: string): Redact {
  const encoded = encodeURIComponent(apiKey);
  const lowerHex = encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const escaped = JSON.stringify(apiKey).slice(1, -1);
  const forms = [...new Set([apiKey, encoded, lowerHex, escaped])].filter((form) => form !== '');
  // Letters and digits right behind a key of the known shape are removed with it.
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
