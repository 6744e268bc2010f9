import type { ScriptCall, ScriptName } from '../../../domain/sandbox-prompt.ts';
import {
  authErrorResponse,
  errorResponse,
  type HttpResponse,
  htmlResponse,
  jsonResponse,
  unknownRequestResponse,
} from './response.ts';

/** What the sandbox does with one request, from submit to end. */
export type Script = {
  /**
   * The response to the submit: accepted; accepted after two 429s; accepted after a 429 for the time in the prompt; the connection cut once
   * the body is read; or this refusal.
   */
  readonly submit: 'accepted' | 'limited' | 'held' | 'cut' | HttpResponse;
  /** The response to the first polls; null means no fault. */
  readonly pollFault: ((requestId: string) => HttpResponse) | null;
  /** How many polls get that response. */
  readonly pollFaults: number;
  /** The time from acceptance to the end, unless the prompt has one. `drawn`: about 15 s. `late`: longer than the gateway waits. */
  readonly lifeMs: number | 'drawn' | 'late';
  /** Whether a time in the prompt is how long the gateway waits. */
  readonly setsDeadline: boolean;
  /** Whether its end is seen on time: no poll fails before it, and it is not meant to look overdue. */
  readonly isPunctual: boolean;
  /** The record that a poll finds at the end; null means that the job never ends. `text`: the words in the prompt. */
  readonly end: ((videoUrl: string, text: string | null) => End) | null;
};

type End =
  | { readonly status: 'COMPLETED'; readonly output: unknown }
  | { readonly status: 'FAILED' | 'TIMED_OUT'; readonly error: string; readonly output: '' };

const ok: Script = {
  submit: 'accepted',
  pollFault: null,
  pollFaults: 3,
  lifeMs: 'drawn',
  setsDeadline: false,
  isPunctual: true,
  end: (url) => completed(namedOutputs(url)),
};

/** Scripts with a fault end quickly, so that nobody waits long for what follows the fault. */
const quick: Script = { ...ok, lifeMs: 3000 };

const refused = (response: HttpResponse): Script => ({ ...quick, submit: response });

const faulty = (pollFault: Script['pollFault']): Script => ({ ...quick, pollFault, isPunctual: false });

const failing = (error: string, status: 'FAILED' | 'TIMED_OUT' = 'FAILED'): Script => ({
  ...quick,
  end: (_url, text) => ({ status, error: text ?? error, output: '' }),
});

const returning = (output: (videoUrl: string) => unknown): Script => ({
  ...quick,
  end: (url) => completed(output(url)),
});

/**
 * Every script, by the name that follows `@test/` in a prompt. Request ids contain these names with `-` instead of `:`, so the name of a
 * script whose submit is accepted must not contain a `-`.
 */
const scripts: Readonly<Record<ScriptName, Script>> = {
  ok,
  slow: { ...ok, lifeMs: 60_000 },
  fail: failing('The sandbox failed this video, as its prompt asked.'),
  moderated: failing('The prompt was flagged by the sandbox’s content policy.'),
  timeout: failing('The sandbox ran out of time for this video.', 'TIMED_OUT'),
  stuck: { ...ok, setsDeadline: true, isPunctual: false, end: null },
  late: { ...ok, setsDeadline: true, isPunctual: false, lifeMs: 'late' },
  lost: { ...faulty(unknownRequestResponse), pollFaults: Number.POSITIVE_INFINITY },
  progress: { ...ok, isPunctual: false, lifeMs: 30_000 },
  pending: { ...quick, submit: 'held' },

  'submit:400': refused(errorResponse(400, 'Invalid parameters or request format')),
  'submit:401': refused(authErrorResponse(401, 'Unauthorized', 'Missing or invalid API key')),
  'submit:403': refused(authErrorResponse(403, 'Forbidden', 'Insufficient permissions')),
  'submit:404': refused(errorResponse(404, 'Workflow not found')),
  'submit:406': refused(errorResponse(406, 'Not enough credits to process request')),
  'submit:410': refused(errorResponse(410, 'This workflow has been retired')),
  'submit:500': refused(errorResponse(500, 'Internal server error')),
  'submit:200-failed': refused(
    jsonResponse(200, { status: 'FAILED', error: 'The sandbox failed this request at once.' }),
  ),
  'submit:429': { ...ok, submit: 'limited' },
  'submit:502': refused(htmlResponse(502, '502 Bad Gateway')),
  'submit:504': refused(htmlResponse(504, '504 Gateway Timeout')),
  'submit:reset': { ...quick, submit: 'cut' },

  'poll:502': faulty(() => htmlResponse(502, '502 Bad Gateway')),
  'poll:html': faulty(() => htmlResponse(200, 'One moment, please')),
  'poll:404': faulty(unknownRequestResponse),

  'output:none': { ...returning(() => '[]'), isPunctual: false },
  'output:string': returning((url) => JSON.stringify([url])),
  'output:double': returning((url) => JSON.stringify(namedOutputs(url))),
  'output:object': returning((url) => namedOutput(url)),
  'output:url': returning((url) => url),
};

/** The script of that name. */
export function scriptOf(name: ScriptName): Script {
  return scripts[name];
}

/** How long a call's job runs from its acceptance; null if that is drawn, or depends on the deadline. */
export function lifeMsOf({ name, timeMs }: ScriptCall): number | null {
  const { submit, lifeMs } = scriptOf(name);
  if (timeMs !== null && submit === 'accepted') return timeMs;
  return typeof lifeMs === 'number' ? lifeMs : null;
}

function completed(output: unknown): End {
  return { status: 'COMPLETED', output };
}

function namedOutput(videoUrl: string): object {
  return { keyname: 'Video', value: { data: videoUrl, type: 'video' } };
}

/** The provider's output: `"[{\"keyname\":\"Video\",\"value\":{\"data\":URL,\"type\":\"video\"}}]"`, a JSON text. */
function namedOutputs(videoUrl: string): string {
  return JSON.stringify([namedOutput(videoUrl)]);
}
