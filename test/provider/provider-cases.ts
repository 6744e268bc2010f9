/** The expected outcome of a response. */
type Expected = {
  readonly type: 'accepted' | 'refused' | 'completed' | 'failed' | 'seen';
  readonly code?: string;
  /** A part of the message for the job's owner. */
  readonly messagePart?: string;
  /** A part of the provider's message for the operator. */
  readonly operatorMessagePart?: string;
  readonly url?: string;
  readonly expiresAt?: string;
  readonly seedUsed?: number;
  readonly providerCost?: number;
};

/** One response of a provider to a submit or to a poll, and its expected outcome. */
export type ProviderCase = {
  readonly name: string;
  readonly request: 'submit' | 'poll';
  readonly status?: number;
  readonly body: unknown;
  readonly expect: Expected;
};

const link = 'https://images.segmind.com/outputs/x/vid.mp4';

const named = (...items: readonly (readonly [string, string | null, string])[]) =>
  JSON.stringify(items.map(([keyname, data, type]) => ({ keyname, value: { data, type } })));

const frame = ['Start_Frame', 'https://images.segmind.com/outputs/x/frame.png', 'image'] as const;

/** Valid for an hour. */
const signature =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261129T080000Z&X-Amz-Expires=3600&X-Amz-Signature=abcdef';

const submits: readonly Omit<ProviderCase, 'request'>[] = [
  {
    name: 'a refusal inside a success',
    body: { status: 'FAILED', error: 'invalid prompt' },
    expect: { type: 'refused', code: 'GENERATION_FAILED', messagePart: 'invalid prompt' },
  },
  {
    name: 'a used-up plan inside a success',
    body: { status: 'ERROR', message: 'Token plan used up' },
    expect: { type: 'refused', code: 'INSUFFICIENT_CREDITS', operatorMessagePart: 'Token plan used up' },
  },
  {
    name: 'an id in a wrapper',
    body: { code: 0, data: { task_id: 'abc123', task_status: 'submitted' } },
    expect: { type: 'accepted' },
  },
  {
    name: 'a 402',
    status: 402,
    body: { error: 'Payment required: insufficient balance' },
    expect: { type: 'refused', code: 'INSUFFICIENT_CREDITS' },
  },
  {
    name: 'a 403 about credits',
    status: 403,
    body: { error: 'Insufficient credits. A credit balance > 0 is required.' },
    expect: { type: 'refused', code: 'INSUFFICIENT_CREDITS' },
  },
  {
    name: 'a 406 in Chinese',
    status: 406,
    body: { error: '余额不足，请充值' },
    expect: { type: 'refused', code: 'INSUFFICIENT_CREDITS', operatorMessagePart: '余额不足' },
  },
  {
    name: 'a 400 with its reason',
    status: 400,
    body: { error: "aspect_ratio must be one of ['16:9','9:16']" },
    expect: { type: 'refused', code: 'PROVIDER_BAD_REQUEST', operatorMessagePart: "must be one of ['16:9','9:16']" },
  },
  {
    name: 'a quota as a 429',
    status: 429,
    body: {
      error: {
        message: 'You exceeded your current quota, please check your plan and billing details.',
        type: 'insufficient_quota',
      },
    },
    expect: { type: 'refused', code: 'INSUFFICIENT_CREDITS' },
  },
];

const polls: readonly Omit<ProviderCase, 'request'>[] = [
  {
    name: 'no output yet',
    body: { status: 'COMPLETED', output: null },
    expect: { type: 'failed', code: 'PROVIDER_BAD_OUTPUT' },
  },
  {
    name: 'an empty output',
    body: { status: 'COMPLETED', output: '' },
    expect: { type: 'failed', code: 'PROVIDER_BAD_OUTPUT' },
  },
  {
    name: 'a named video',
    body: { status: 'COMPLETED', output: named(['Video', link, 'video']) },
    expect: { type: 'completed', url: link },
  },
  { name: 'SUCCEED', body: { status: 'SUCCEED', output: link }, expect: { type: 'completed', url: link } },
  { name: 'a word in state', body: { state: 'finished', output: link }, expect: { type: 'completed', url: link } },
  {
    name: 'REJECTED',
    body: { status: 'REJECTED', error: 'nsfw' },
    expect: { type: 'failed', code: 'CONTENT_REJECTED' },
  },
  {
    name: 'DEAD',
    body: { status: 'DEAD', error: 'worker lost' },
    expect: { type: 'failed', code: 'GENERATION_FAILED', messagePart: 'worker lost' },
  },
  {
    name: 'a frame beside a video of null',
    body: { status: 'COMPLETED', output: named(frame, ['Video', null, 'video']) },
    expect: { type: 'failed', code: 'PROVIDER_BAD_OUTPUT' },
  },
  {
    name: 'a poster beside the video',
    body: {
      status: 'COMPLETED',
      output: { thumbnail_url: 'https://cdn.example.com/t/abc.jpg', video_url: 'https://cdn.example.com/v/abc?sig=1' },
    },
    expect: { type: 'completed', url: 'https://cdn.example.com/v/abc?sig=1' },
  },
  {
    name: 'a link that looks like a key',
    body: { status: 'COMPLETED', output: 'https://images.segmind.com/outputs/MSG_0001.mp4' },
    expect: { type: 'completed', url: 'https://images.segmind.com/outputs/MSG_0001.mp4' },
  },
  {
    name: 'a sentence',
    body: {
      status: 'COMPLETED',
      output: 'Your prompt was flagged. See https://docs.segmind.com/errors/moderation',
    },
    expect: { type: 'failed', code: 'CONTENT_REJECTED', messagePart: 'flagged' },
  },
  {
    name: 'an expiry in the URL',
    body: {
      status: 'COMPLETED',
      output: `https://bkt.s3.amazonaws.com/a/b.mp4?${signature}`,
    },
    expect: { type: 'completed', expiresAt: '2026-11-29T09:00:00.000Z' },
  },
  {
    name: 'a seed and a cost',
    body: { status: 'COMPLETED', output: link, seed: 987_654_321, metrics: { cost: 0.9124 } },
    expect: { type: 'completed', seedUsed: 987_654_321, providerCost: 0.9124 },
  },
];

/** Responses that misled clients like this one. */
export const providerCases: readonly ProviderCase[] = [
  ...submits.map((each): ProviderCase => ({ ...each, request: 'submit' })),
  ...polls.map((each): ProviderCase => ({ ...each, request: 'poll' })),
];
