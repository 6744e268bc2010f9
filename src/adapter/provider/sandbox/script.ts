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
  /** The response to the submit: accepted; accepted after two 429s; the connection cut once the body is read; or this refusal. */
  readonly submit: 'accepted' | 'limited' | 'cut' | HttpResponse;
  /** The response to the first polls; null means no fault. */
  readonly pollFault: ((requestId: string) => HttpResponse) | null;
  /** How many polls get that response. */
  readonly pollFaults: number;
  /** The time from acceptance to the end; null means about 15 s, drawn for each request. */
  readonly lifeMs: number | null;
  /** Whether `:3s` or the like after the name replaces `lifeMs`. */
  readonly timed: boolean;
  /** The record that a poll finds at the end; null means that the job never ends. */
  readonly end: ((videoUrl: string) => End) | null;
};

type End =
  | { readonly status: 'COMPLETED'; readonly output: unknown }
  | { readonly status: 'FAILED'; readonly error: string; readonly output: '' };

const maxLifeMs = 3_600_000;

const ok: Script = {
  submit: 'accepted',
  pollFault: null,
  pollFaults: 3,
  lifeMs: null,
  timed: true,
  end: (url) => completed(namedOutputs(url)),
};

const untimed: Script = { ...ok, timed: false };

/** Scripts with a fault end quickly, so that nobody waits long for what follows the fault. */
const quick: Script = { ...untimed, lifeMs: 3000 };

const refused = (response: HttpResponse): Script => ({ ...quick, submit: response });

const faulty = (pollFault: Script['pollFault']): Script => ({ ...quick, pollFault });

const returning = (output: (videoUrl: string) => unknown): Script => ({
  ...quick,
  end: (url) => completed(output(url)),
});

/**
 * Every script, by the name that follows `@test/` in a prompt. Request ids contain these names with `-` instead of `:`, so the name of a
 * script whose submit is accepted must not contain a `-`.
 */
const scripts = {
  ok,
  slow: { ...ok, lifeMs: 60_000 },
  fail: {
    ...quick,
    end: () => ({ status: 'FAILED', error: 'The sandbox failed this video, as its prompt asked.', output: '' }),
  },
  moderated: {
    ...quick,
    end: () => ({ status: 'FAILED', error: 'The prompt was flagged by the sandbox’s content policy.', output: '' }),
  },
  stuck: { ...untimed, end: null },
  lost: { ...quick, pollFault: unknownRequestResponse, pollFaults: Number.POSITIVE_INFINITY },
  progress: { ...ok, lifeMs: 30_000 },

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
  'submit:429': { ...untimed, submit: 'limited' },
  'submit:502': refused(htmlResponse(502, '502 Bad Gateway')),
  'submit:504': refused(htmlResponse(504, '504 Gateway Timeout')),
  'submit:reset': { ...quick, submit: 'cut' },

  'poll:502': faulty(() => htmlResponse(502, '502 Bad Gateway')),
  'poll:html': faulty(() => htmlResponse(200, 'One moment, please')),
  'poll:404': faulty(unknownRequestResponse),

  'output:none': returning(() => '[]'),
  'output:string': returning((url) => JSON.stringify([url])),
  'output:double': returning((url) => JSON.stringify(namedOutputs(url))),
  'output:object': returning((url) => namedOutput(url)),
  'output:url': returning((url) => url),
} satisfies Record<string, Script>;

/** The name of a script, such as `poll:502`. */
export type ScriptName = keyof typeof scripts;

/** A prompt's script and how long its job runs; null if neither the prompt nor the script sets a time. */
export type ScriptCall = { readonly name: ScriptName; readonly lifeMs: number | null };

/** The script of that name. */
export function scriptOf(name: ScriptName): Script {
  return scripts[name];
}

/** Whether a text is the name of a script. */
export function isScriptName(text: string): text is ScriptName {
  return Object.hasOwn(scripts, text);
}

/**
 * Reads the first word of a prompt: `@test/` and a script's name, with a time (`:2.5s`, `:300ms`, `:1m`; an hour at most) if the script
 * allows one. Every other prompt means `ok`.
 */
export function readScriptCall(prompt: string): ScriptCall {
  const word = /^@test\/(\S+)/.exec(prompt)?.[1] ?? '';
  if (isScriptName(word)) return { name: word, lifeMs: scripts[word].lifeMs };
  const [, name, amount, unit] = /^([a-z]+):(\d{1,9}(?:\.\d{1,9})?)(ms|s|m)$/.exec(word) ?? [];
  if (name !== undefined && isScriptName(name) && scripts[name].timed) {
    const lifeMs = Number(amount) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000);
    return { name, lifeMs: Math.min(Math.round(lifeMs), maxLifeMs) };
  }
  return { name: 'ok', lifeMs: null };
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
