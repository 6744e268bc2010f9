import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PollEvent, SubmitEvent } from '../../../src/domain/job.ts';
import { type Behaviour, cut, cutAfter, json, text } from '../../provider/misbehaving-server.ts';
import { apiKey, jobOf, openWorld, type World, yes } from '../../provider/segmind-world.ts';

const words = ['QUEUED', 'PROCESSING', 'COMPLETED', 'FAILED', 'ERROR', 'TIMEOUT', 'success', 'other', ''];

const link = fc.oneof(
  fc.webUrl(),
  fc.constantFrom('javascript:x', 'https://[', `https://x.example/${apiKey}`),
  fc.string(),
);

/** Responses that look like the provider's, with anything in any member. */
const record = fc.record(
  {
    request_id: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
    poll_url: fc.oneof(link, fc.jsonValue()),
    status: fc.oneof(fc.constantFrom(...words), fc.jsonValue()),
    output: fc.oneof(link, fc.jsonValue(), fc.json(), fc.array(fc.record({ type: fc.constant('video'), data: link }))),
    error: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue(), fc.constant(`key ${apiKey}`)),
    message: fc.jsonValue(),
    metrics: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

const headers = fc.record(
  {
    'x-rate-limit-reset-at-utc': fc.stringMatching(/^[ -~]{0,30}$/),
    'retry-after': fc.stringMatching(/^[ -~]{0,30}$/),
    'x-remaining-credits': fc.stringMatching(/^[ -~]{0,9}$/),
    location: fc.constant('http://127.0.0.1:9/'),
  },
  { requiredKeys: [] },
);

const code = fc.oneof(
  fc.constantFrom(200, 201, 204, 301, 304, 307, 400, 401, 403, 404, 406, 410, 422, 429, 500, 502, 503, 504),
  fc.integer({ min: 200, max: 999 }),
);

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(code, record, headers).map(([status, body, fields]) => json(status, body, fields)) },
  { weight: 2, arbitrary: fc.tuple(code, fc.jsonValue()).map(([status, body]) => json(status, body)) },
  { weight: 2, arbitrary: fc.tuple(code, fc.string({ unit: 'binary' })).map(([status, body]) => text(status, body)) },
  { weight: 1, arbitrary: fc.tuple(code, fc.json()).map(([status, body]) => cutAfter(status, body)) },
  { weight: 1, arbitrary: fc.constant(cut) },
);

const submitTypes: readonly SubmitEvent['type'][] = [
  'accepted',
  'notSent',
  'withheld',
  'throttled',
  'serverError',
  'refused',
  'unconfirmed',
];

const pollTypes: readonly PollEvent['type'][] = ['seen', 'completed', 'failed', 'missing', 'fault'];

/** .ci/run sets FUZZ_INPUTS, the number of all generated inputs here and in test/system/security. */
const numRuns = Math.max(300, Number(process.env['FUZZ_INPUTS'] ?? 0) / 10);

const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_126);

describe('whatever the provider responds', () => {
  it(
    'a submit and a poll give an event that can be stored and shown',
    async () => {
      const { server, segmind, running, log } = await openWorld(cut);
      await fc.assert(
        fc.asyncProperty(behaviour, async (next) => {
          server.behave(next);
          const submitted = await segmind.submit(jobOf(), yes);
          const { event, retryAt } = await segmind.poll(running);
          expect(submitTypes).toContain(submitted.type);
          expect(pollTypes).toContain(event.type);
          expectStorable({ submitted, event, retryAt }, server);
          expect(submitted.type).not.toBe('notSent');
        }),
        { numRuns, seed },
      );
      process.stdout.write(`fuzz: ${2 * numRuns} provider responses (seed ${seed})\n`);
      expect(JSON.stringify(log.lines)).not.toContain('inside the gateway');
    },
    60_000 + numRuns * 60,
  );
});

/** Expects no key, nothing that breaks a database or a browser, and a poll URL on our origin only. */
function expectStorable(
  events: { submitted: SubmitEvent; event: PollEvent; retryAt: number | null },
  server: World['server'],
) {
  const stored = JSON.stringify(events);
  expect(stored).not.toContain(apiKey);
  expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/i);
  const { submitted, event } = events;
  if (submitted.type === 'accepted') expect(new URL(submitted.pollUrl).origin).toBe(server.origin);
  if (submitted.type === 'throttled') expect(submitted.retryAt).toSatisfy(Number.isSafeInteger);
  const poll = submitted.type === 'accepted' ? submitted.poll : event;
  if (poll.type === 'completed') expect(new URL(poll.video.url).protocol).toMatch(/^https?:$/);
}
