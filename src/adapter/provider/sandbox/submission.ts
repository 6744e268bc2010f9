import type { IncomingMessage } from 'node:http';
import { errorResponse, type HttpResponse } from './response.ts';
import { isRatio, type Ratio } from './video-files.ts';

/** A client's parameters with defaults filled in. The seed does not change the video; it only tells requests apart. */
export type Submission = { readonly prompt: string; readonly ratio: Ratio; readonly seed: string };

const maxBodyBytes = 1_048_576;

/** Reads a submit's body, a JSON object of up to 1 MiB with the workflow's optional parameters; returns a refusal if it is invalid. */
export async function readSubmission(
  request: IncomingMessage,
): Promise<Submission | { readonly refusal: HttpResponse }> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    return { refusal: errorResponse(406, 'Invalid content type') };
  }
  const body = await readBody(request);
  if (body === null) return { refusal: errorResponse(413, 'Request body too large') };
  return submissionOf(readJson(body)) ?? { refusal: errorResponse(400, 'Invalid parameters or request format') };
}

function submissionOf(body: unknown): Submission | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const parameters: { text_prompt?: unknown; aspect_ratio?: unknown; seed?: unknown } = body;
  const {
    text_prompt: prompt = '2 people in a business meeting',
    aspect_ratio: ratio = '16:9',
    seed = '1323456',
  } = parameters;
  if (typeof prompt !== 'string' || typeof ratio !== 'string' || !isRatio(ratio)) return null;
  if (typeof seed !== 'number' && typeof seed !== 'string') return null;
  return /^-?\d+$/.test(String(seed)) ? { prompt, ratio, seed: String(seed) } : null;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The whole body, or null if it is too large. The rest then stays unread: Node discards it after the response. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving a plain `for await` would destroy the socket before the response is sent.
  const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
