import type { InputIssue } from '../domain/failure.ts';
import { type AspectRatio, defaultInput, type Environment, type JobInput } from '../domain/job.ts';
import { readScriptCall, scriptPrefix, unknownScriptMessage } from '../domain/sandbox-prompt.ts';

/** The arguments of `generateVideo`; null or absent means the default. */
export type VideoRequest = {
  readonly prompt?: string | null | undefined;
  readonly aspectRatio?: AspectRatio | null | undefined;
  readonly seed?: number | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly externalId?: string | null | undefined;
  readonly maxCredits?: number | null | undefined;
};

/** The arguments of `retryJob` beside the job. Without `maxCredits` the cap of the retried job holds. */
export type RetryRequest = Pick<VideoRequest, 'idempotencyKey' | 'maxCredits'>;

/** The arguments of `grantCredits`. */
export type GrantRequest = {
  readonly userId: string;
  readonly environment?: Environment | null | undefined;
  readonly credits: number;
  readonly reason: string;
  readonly idempotencyKey?: string | null | undefined;
};

const maxPromptLength = 2000;

const maxNameLength = 255;

const maxReasonLength = 1000;

/** A request with its defaults applied. */
export function inputOf(request: VideoRequest): JobInput {
  return {
    prompt: request.prompt ?? defaultInput.prompt,
    aspectRatio: request.aspectRatio ?? defaultInput.aspectRatio,
    seed: request.seed ?? defaultInput.seed,
    externalId: request.externalId ?? null,
  };
}

/** Everything that is invalid in a request for a video; empty if it is valid. */
export function videoIssuesOf(request: VideoRequest, environment: Environment): readonly InputIssue[] {
  const { prompt, seed, externalId } = inputOf(request);
  return [
    ...textIssuesOf('prompt', prompt, 1, maxPromptLength),
    ...visibleIssuesOf('prompt', prompt),
    ...issuesWhen(
      environment === 'LIVE' && prompt.startsWith(scriptPrefix),
      'prompt',
      `Prompts that start with ${scriptPrefix} work only in the sandbox, and this is a LIVE request.`,
    ),
    ...issuesWhen(environment === 'TEST' && readScriptCall(prompt) === 'unknown', 'prompt', unknownScriptMessage),
    ...issuesWhen(
      !Number.isSafeInteger(seed) || seed < -1,
      'seed',
      `The seed must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}, or -1 to let the provider pick one.`,
    ),
    ...keyIssuesOf(request.idempotencyKey ?? null),
    ...(externalId === null ? [] : textIssuesOf('externalId', externalId, 0, maxNameLength)),
    ...capIssuesOf(request.maxCredits),
  ];
}

/** Everything that is invalid in a retry; empty if it is valid. */
export function retryIssuesOf({ idempotencyKey, maxCredits }: RetryRequest): readonly InputIssue[] {
  return [...keyIssuesOf(idempotencyKey ?? null), ...capIssuesOf(maxCredits)];
}

/** Everything that is invalid in a grant by an admin of `environment`; empty if it is valid. */
export function grantIssuesOf(request: GrantRequest, environment: Environment): readonly InputIssue[] {
  return [
    ...textIssuesOf('userId', request.userId, 1, maxNameLength),
    ...issuesWhen(
      (request.environment ?? environment) !== environment,
      'environment',
      `This token can grant credits only in ${environment}.`,
    ),
    ...issuesWhen(request.credits === 0, 'credits', 'credits must not be 0.'),
    ...refundIssuesOf(request.reason),
    ...keyIssuesOf(request.idempotencyKey ?? null),
  ];
}

/** Everything that is invalid in the reason of a refund or a grant; empty if it is valid. */
export function refundIssuesOf(reason: string): readonly InputIssue[] {
  return [...textIssuesOf('reason', reason, 1, maxReasonLength), ...visibleIssuesOf('reason', reason)];
}

/** What is invalid in an idempotency key; null stands for no key. */
export function keyIssuesOf(key: string | null): readonly InputIssue[] {
  return issuesWhen(
    key !== null && (!/^[\x20-\x7e]{1,255}$/.test(key) || key.trim() !== key),
    'idempotencyKey',
    'The idempotency key must be 1 to 255 printable ASCII characters, without a space at either end.',
  );
}

function capIssuesOf(maxCredits: number | null | undefined): readonly InputIssue[] {
  return issuesWhen((maxCredits ?? 0) < 0, 'maxCredits', 'maxCredits must be 0 or more.');
}

function textIssuesOf(field: string, text: string, min: number, max: number): readonly InputIssue[] {
  const length = [...text].length;
  const allowed = min === 0 ? `at most ${max}` : `${min} to ${max}`;
  return [
    ...issuesWhen(length < min || length > max, field, `${field} must have ${allowed} characters; it has ${length}.`),
    // Neither can be stored and sent as given: half a surrogate pair is no Unicode text, and databases end texts at U+0000.
    ...issuesWhen(!isWellFormed(text), field, `${field} must be valid Unicode text without U+0000.`),
  ];
}

/** White space, control characters, code points that Unicode lets renderers ignore, and the blank Braille pattern. */
const invisible = /^[\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]+$/u;

function visibleIssuesOf(field: string, text: string): readonly InputIssue[] {
  return issuesWhen(invisible.test(text), field, `The ${field} must contain a visible character.`);
}

function isWellFormed(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** One issue for a field of the input if it is wrong, else none. */
export function issuesWhen(wrong: boolean, field: string, message: string): readonly InputIssue[] {
  return wrong ? [{ path: [field], message }] : [];
}
