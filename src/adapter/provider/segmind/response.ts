import { decodeBody } from './body-decoding.ts';
import { bodyText } from './body-text.ts';
import { parseNestedJson } from './json-text.ts';

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Header fields by lower-case name, as both HTTP clients return them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The provider's HTTP response. `json` is undefined if the body was not JSON, longer than 1 MiB, or incomplete. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
  /** A body of plain text; absent if it is JSON, HTML, or too long to be a sentence. */
  readonly text?: string;
};

/** How one request can end. `reason` is for the log. */
export type HttpOutcome =
  /** No byte was sent. */
  | { readonly type: 'notSent'; readonly reason: string }
  /** `mayBegin` returned false; no byte was sent. */
  | { readonly type: 'withheld' }
  | { readonly type: 'answered'; readonly response: HttpResponse }
  /** At least a part was sent, and no response came. */
  | { readonly type: 'unanswered'; readonly reason: string };

/** At most this much of a body is read. */
export const maxBodyBytes = 1_048_576;

const maxSentenceCharacters = 2000;

/** Reads a response's body to its end or to the cap. Never rejects: an unreadable body gives an undefined `json`. */
export async function readResponse(
  status: number,
  headers: Headers,
  body: AsyncIterable<Uint8Array>,
): Promise<HttpResponse> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      chunks.push(chunk);
      if (bytes > maxBodyBytes) break;
    }
  } catch {
    // The JSON may be complete although the connection broke, and it may be the only trace of a paid job.
  }
  return responseOf(status, headers, chunks);
}

/** The response with the body decoded, as far as it arrived. */
export function responseOf(status: number, headers: Headers, chunks: readonly Uint8Array[]): HttpResponse {
  const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  const isTooLong = bytes.byteLength > maxBodyBytes;
  const body = isTooLong ? null : decodeBody(bytes, headerOf(headers, 'content-encoding'), maxBodyBytes);
  if (body === null) return { status, headers, json: undefined };
  const text = bodyText(body, headerOf(headers, 'content-type'));
  const json = parseNestedJson(text);
  const isSentence = json === undefined && text.length <= maxSentenceCharacters && /^\s*[^\s<{["]/.test(text);
  return isSentence ? { status, headers, json, text } : { status, headers, json };
}

/** Whether a JSON value is an object. */
export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an HTTP status is a 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A header field's first value, trimmed; null if it is missing or blank. */
export function headerOf(headers: Headers, name: string): string | null {
  const value = headers[name];
  const first = typeof value === 'string' ? value : value?.[0];
  return first?.trim() || null;
}

/** A JSON number, or a number in a string; null for anything else. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A short description of a network error: its code and its message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? `${error.code} ${error.message}`.trim() : error.message;
}
