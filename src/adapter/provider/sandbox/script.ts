import {
  authErrorResponse,
  errorResponse,
  type HttpResponse,
  htmlResponse,
  unknownRequestResponse,
} from './response.ts';

/** What the sandbox does with one request, from submit to end. */
export type Script = {
  /** How the submit is answered: taken; taken after two times 429; the connection cut once it was read; or refused like this. */
  readonly submit: 'taken' | 'limited' | 'cut' | HttpResponse;
  /** How the first three polls are answered; null: like all others. */
  readonly pollFault: ((requestId: string) => HttpResponse) | null;
  /** From acceptance to the end; null: drawn for each request, about 15 s. */
  readonly lifeMs: number | null;
  /** Whether `:3s` or the like after the name replaces `lifeMs`. */
  readonly timed: boolean;
  /** What a poll finds at the end; null: it never ends. */
  readonly end: ((videoUrl: string) => End) | null;
};

type End =
  | { readonly status: 'COMPLETED'; readonly output: unknown }
  | { readonly status: 'FAILED'; readonly error: string; readonly output: '' };

const longestLifeMs = 3_600_000;

const ok: Script = {
  submit: 'taken',
  pollFault: null,
  lifeMs: null,
  timed: true,
  end: (url) => completed(namedOutputs(url)),
};

const untimed: Script = { ...ok, timed: false };

/** Scripts that show a fault are quick, so that nobody waits for what comes after it. */
const quick: Script = { ...untimed, lifeMs: 3000 };

const refused = (answer: HttpResponse): Script => ({ ...quick, submit: answer });

const faulty = (pollFault: Script['pollFault']): Script => ({ ...quick, pollFault });

const giving = (output: (videoUrl: string) => unknown): Script => ({ ...quick, end: (url) => completed(output(url)) });

/**
 * Every script by the name that follows `@test/` in a prompt. Requests carry these names in their ids, where `:` stands as `-`, so a name
 * holds no `-` of its own.
 */
const scripts = {
  ok,
  slow: { ...ok, lifeMs: 60_000 },
  fail: {
    ...quick,
    end: () => ({ status: 'FAILED', error: 'The sandbox failed this video, as its prompt asked.', output: '' }),
  },
  stuck: { ...untimed, end: null },

  'submit:400': refused(errorResponse(400, 'Invalid parameters or request format')),
  'submit:401': refused(authErrorResponse(401, 'Unauthorized', 'Missing or invalid API key')),
  'submit:403': refused(authErrorResponse(403, 'Forbidden', 'Insufficient permissions')),
  'submit:404': refused(errorResponse(404, 'Workflow not found')),
  'submit:406': refused(errorResponse(406, 'Not enough credits to process request')),
  'submit:410': refused(errorResponse(410, 'This workflow has been retired')),
  'submit:500': refused(errorResponse(500, 'Internal server error')),
  'submit:429': { ...untimed, submit: 'limited' },
  'submit:502': refused(htmlResponse(502, '502 Bad Gateway')),
  'submit:504': refused(htmlResponse(504, '504 Gateway Timeout')),
  'submit:reset': { ...quick, submit: 'cut' },

  'poll:502': faulty(() => htmlResponse(502, '502 Bad Gateway')),
  'poll:html': faulty(() => htmlResponse(200, 'One moment, please')),
  'poll:404': faulty(unknownRequestResponse),

  'output:none': giving(() => '[]'),
  'output:string': giving((url) => JSON.stringify([url])),
  'output:double': giving((url) => JSON.stringify(namedOutputs(url))),
  'output:object': giving((url) => namedOutput(url)),
  'output:url': giving((url) => url),
} satisfies Record<string, Script>;

/** The name of a script, such as `poll:502`. */
export type ScriptName = keyof typeof scripts;

/** A prompt's script and the time its end comes after, where the prompt or the script says one. */
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
 * Reads the first word of a prompt: `@test/` and a script's name, with a time (`:2.5s`, `:300ms`, `:1m`; an hour at most) where the script
 * takes one. Every other prompt is `ok`.
 */
export function readScriptCall(prompt: string): ScriptCall {
  const word = /^@test\/(\S+)/.exec(prompt)?.[1] ?? '';
  if (isScriptName(word)) return { name: word, lifeMs: scripts[word].lifeMs };
  const [, name, amount, unit] = /^([a-z]+):(\d{1,9}(?:\.\d{1,9})?)(ms|s|m)$/.exec(word) ?? [];
  if (name !== undefined && isScriptName(name) && scripts[name].timed) {
    const lifeMs = Number(amount) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000);
    return { name, lifeMs: Math.min(Math.round(lifeMs), longestLifeMs) };
  }
  return { name: 'ok', lifeMs: null };
}

function completed(output: unknown): End {
  return { status: 'COMPLETED', output };
}

function namedOutput(videoUrl: string): object {
  return { keyname: 'Video', value: { data: videoUrl, type: 'video' } };
}

/** What the provider sends: a JSON string of a list of named outputs. */
function namedOutputs(videoUrl: string): string {
  return JSON.stringify([namedOutput(videoUrl)]);
}
