import type { HttpResponse } from '../../src/adapter/provider/segmind/response.ts';
import type { Random } from './random.ts';

/** How a job ends at the provider. */
export type PaidEnd = 'completed' | 'failed' | 'unusable' | 'timedOut' | 'forgotten' | 'never';

/** The simulated provider's origin. */
export const providerUrl = 'https://api.segmind.com';

/** A response with a JSON body. */
export function jsonResponse(status: number, json: unknown, headers: HttpResponse['headers'] = {}): HttpResponse {
  return { status, headers, json };
}

/** A response whose body is HTML, empty or truncated. */
export function unreadableResponse(status: number): HttpResponse {
  return { status, headers: {}, json: undefined };
}

/** An accepted submit, in one of the forms that clients of the provider have seen. */
export function acceptanceOf(requestId: string, random: Random): HttpResponse {
  const pollUrl = pollUrlOf(requestId);
  const whole = { message: 'Workflow queued', request_id: requestId, status: 'QUEUED', poll_url: pollUrl };
  const form = random.weighted({ whole: 12, idOnly: 1, urlOnly: 1, foreignUrl: 1, processing: 1 });
  switch (form) {
    case 'whole':
      return jsonResponse(200, whole);
    case 'idOnly':
      return jsonResponse(200, { request_id: requestId, status: 'QUEUED' });
    case 'urlOnly':
      return jsonResponse(202, { poll_url: pollUrl });
    case 'foreignUrl':
      return jsonResponse(200, { ...whole, poll_url: `https://elsewhere.example/workflows/request/${requestId}` });
    case 'processing':
      return jsonResponse(201, { ...whole, status: ' processing ' });
  }
}

/** The address at which a request can be polled. */
export function pollUrlOf(requestId: string): string {
  return `${providerUrl}/workflows/request/${requestId}`;
}

/** The video of a request; no other request has this address. */
export function videoUrlOf(requestId: string): string {
  return `https://images.segmind.com/${requestId}/x.mp4`;
}

/** The record of a job that has ended. */
export function endOf(end: Exclude<PaidEnd, 'never'>, requestId: string, random: Random): HttpResponse {
  switch (end) {
    case 'completed':
      return jsonResponse(200, {
        status: random.pick(['COMPLETED', 'COMPLETED', 'Succeeded', 'SUCCESS']),
        output: outputOf(requestId, random),
        error: null,
      });
    case 'failed':
      return random.pick([
        jsonResponse(200, { status: 'FAILED', error: 'Not today' }),
        jsonResponse(422, { status: 'FAILED', detail: 'Not today' }),
        jsonResponse(200, { status: 'CANCELLED', error_message: { model: 'video', error: 'Not today' } }),
      ]);
    case 'unusable':
      return jsonResponse(200, { status: 'COMPLETED', output: random.pick(['', '[]', 'javascript:alert(1)']) });
    case 'timedOut':
      return jsonResponse(200, { status: 'TIMEOUT' });
    case 'forgotten':
      return unknownRequest(requestId);
  }
}

function outputOf(requestId: string, random: Random): unknown {
  const url = videoUrlOf(requestId);
  const list = [{ keyname: 'Video', value: { data: url, type: 'video' } }];
  return random.pick([
    JSON.stringify(list),
    JSON.stringify(JSON.stringify(list)),
    list,
    url,
    [url],
    { video: { url } },
  ]);
}

/** The response about a request that the provider does not know. */
export function unknownRequest(requestId: string): HttpResponse {
  return jsonResponse(404, { error: `Request ${requestId} not found` });
}

/** A refused submit: there is no job. */
export function refusalOf(random: Random): HttpResponse {
  return random.pick([
    jsonResponse(400, { error: 'Invalid parameters' }),
    jsonResponse(401, { error: 'Invalid API key', error_description: 'x', status_code: 401 }),
    jsonResponse(403, { error: 'Insufficient permissions' }),
    jsonResponse(404, { error: 'Workflow not found' }),
    unreadableResponse(405),
    jsonResponse(406, { error: 'Insufficient credits' }),
    jsonResponse(406, { error: 'Invalid content type' }),
    jsonResponse(410, { error: 'Workflow retired' }),
    jsonResponse(422, { error: 'Unprocessable' }),
    unreadableResponse(307),
    // Refusals inside a 2xx.
    jsonResponse(200, { status: 'FAILED', error: 'Invalid parameters' }),
    jsonResponse(201, { status: 'ERROR', error: { message: 'Insufficient credits' } }),
    jsonResponse(202, { error: 'Your prompt was blocked by our content policy', status: 'FAILED' }),
  ]);
}

/** A 429 that allows requests again at `resetAt`, in one of the header forms or without any. */
export function throttlingOf(resetAt: number, now: number, random: Random): HttpResponse {
  const name = 'x-rate-limit-reset-at-utc';
  return jsonResponse(
    429,
    { error: 'Too many requests' },
    random.pick([
      { [name]: new Date(resetAt).toISOString() },
      { [name]: String(Math.ceil(resetAt / 1000)) },
      { 'retry-after': String(Math.ceil((resetAt - now) / 1000)) },
      {},
    ]),
  );
}

/** A response to a poll that means nothing about the job; null if none comes. */
export function transientFaultOf(random: Random): HttpResponse | null {
  return random.pick([
    null,
    unreadableResponse(200),
    unreadableResponse(502),
    unreadableResponse(504),
    jsonResponse(500, { error: 'Internal server error' }),
    jsonResponse(401, { error: 'Invalid API key' }),
    jsonResponse(403, { error: 'Insufficient permissions' }),
    jsonResponse(404, { error: 'Not Found' }),
  ]);
}
