import type { Answer } from '../../src/adapter/provider/segmind/response.ts';
import type { Random } from './random.ts';

/** How a job ends at the provider. */
export type PaidEnd = 'completed' | 'failed' | 'unusable' | 'timedOut' | 'forgotten' | 'never';

/** Where the simulated provider is found. */
export const providerUrl = 'https://api.segmind.com';

/** An answer with a JSON body. */
export function jsonAnswer(status: number, json: unknown, headers: Answer['headers'] = {}): Answer {
  return { status, headers, json };
}

/** An answer whose body is HTML, empty or broken off. */
export function unreadableAnswer(status: number): Answer {
  return { status, headers: {}, json: undefined };
}

/** The provider's yes, in one of the forms that its clients have met. */
export function acceptanceOf(requestId: string, random: Random): Answer {
  const pollUrl = pollUrlOf(requestId);
  const whole = { message: 'Workflow queued', request_id: requestId, status: 'QUEUED', poll_url: pollUrl };
  const form = random.weighted({ whole: 12, idOnly: 1, urlOnly: 1, foreignUrl: 1, processing: 1 });
  switch (form) {
    case 'whole':
      return jsonAnswer(200, whole);
    case 'idOnly':
      return jsonAnswer(200, { request_id: requestId, status: 'QUEUED' });
    case 'urlOnly':
      return jsonAnswer(202, { poll_url: pollUrl });
    case 'foreignUrl':
      return jsonAnswer(200, { ...whole, poll_url: `https://elsewhere.example/workflows/request/${requestId}` });
    case 'processing':
      return jsonAnswer(201, { ...whole, status: ' processing ' });
  }
}

/** Where the provider tells how a request stands. */
export function pollUrlOf(requestId: string): string {
  return `${providerUrl}/workflows/request/${requestId}`;
}

/** The video of a request: no other has this address. */
function videoUrlOf(requestId: string): string {
  return `https://images.segmind.com/${requestId}/x.mp4`;
}

/** What a finished job's record says of its end. */
export function endOf(end: Exclude<PaidEnd, 'never'>, requestId: string, random: Random): Answer {
  switch (end) {
    case 'completed':
      return jsonAnswer(200, {
        status: random.pick(['COMPLETED', 'COMPLETED', 'Succeeded', 'SUCCESS']),
        output: outputOf(requestId, random),
        error: null,
      });
    case 'failed':
      return random.pick([
        jsonAnswer(200, { status: 'FAILED', error: 'Not today' }),
        jsonAnswer(422, { status: 'FAILED', detail: 'Not today' }),
        jsonAnswer(200, { status: 'CANCELLED', error_message: { model: 'video', error: 'Not today' } }),
      ]);
    case 'unusable':
      return jsonAnswer(200, { status: 'COMPLETED', output: random.pick(['', '[]', 'javascript:alert(1)']) });
    case 'timedOut':
      return jsonAnswer(200, { status: 'TIMEOUT' });
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

/** What the provider says of a request that it does not know. */
export function unknownRequest(requestId: string): Answer {
  return jsonAnswer(404, { error: `Request ${requestId} not found` });
}

/** A no to a submit: there is no job. */
export function refusalOf(random: Random): Answer {
  return random.pick([
    jsonAnswer(400, { error: 'Invalid parameters' }),
    jsonAnswer(401, { error: 'Invalid API key', error_description: 'x', status_code: 401 }),
    jsonAnswer(403, { error: 'Insufficient permissions' }),
    jsonAnswer(404, { error: 'Workflow not found' }),
    unreadableAnswer(405),
    jsonAnswer(406, { error: 'Insufficient credits' }),
    jsonAnswer(406, { error: 'Invalid content type' }),
    jsonAnswer(410, { error: 'Workflow retired' }),
    jsonAnswer(422, { error: 'Unprocessable' }),
    unreadableAnswer(307),
  ]);
}

/** A 429, with one of the ways to say until when; no request is wanted before `resetAt`. */
export function throttlingOf(resetAt: number, now: number, random: Random): Answer {
  const name = 'x-rate-limit-reset-at-utc';
  return jsonAnswer(
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

/** An answer to a look that says nothing about the job; null where none comes. */
export function passingFaultOf(random: Random): Answer | null {
  return random.pick([
    null,
    unreadableAnswer(200),
    unreadableAnswer(502),
    unreadableAnswer(504),
    jsonAnswer(500, { error: 'Internal server error' }),
    jsonAnswer(401, { error: 'Invalid API key' }),
    jsonAnswer(403, { error: 'Insufficient permissions' }),
    jsonAnswer(404, { error: 'Not Found' }),
  ]);
}
