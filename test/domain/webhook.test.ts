import { describe, expect, test } from 'vitest';
import { newDeliveryOf } from '../../src/domain/webhook.ts';
import {
  attemptEnded,
  attemptWaitsMs,
  deliveryClaimed,
  type EndedAttempt,
  endpointEnabled,
  retryAfterMsOf,
  secretRotated,
  type WebhookPair,
} from '../../src/domain/webhook-schedule.ts';
import { endpointOf } from '../store/contract/webhook-world.ts';
import { start } from '../store/contract/world.ts';

const hour = 60 * 60_000;

const bad: EndedAttempt = {
  at: start,
  durationMs: 1,
  httpStatus: 500,
  error: 'No.',
  response: null,
  retryAfterMs: null,
};

const made = {
  id: 'd',
  messageId: 'msg_1',
  type: 'job.completed',
  jobId: 'j',
  payload: '{}',
  createdAt: start,
} as const;

const pair = (parts: Parameters<typeof endpointOf>[0] = {}): WebhookPair => {
  const endpoint = endpointOf(parts);
  return { endpoint, delivery: deliveryClaimed(newDeliveryOf(endpoint, made), start) };
};

describe('a delivery', () => {
  test('has ten attempts, at the waits of Standard Webhooks with a tenth of jitter, then is FAILED', () => {
    for (const [chance, factor] of [
      [0, 0.9],
      [0.5, 1],
      [0.999_999, 1.1],
    ] as const) {
      let current = pair();
      const waits: number[] = [];
      while (current.delivery.state === 'PENDING') {
        current = attemptEnded(current, bad, start, chance);
        if (current.delivery.nextAt !== null) waits.push(current.delivery.nextAt - start);
      }
      expect(waits).toHaveLength(9);
      for (const [index, wait] of waits.entries())
        expect(wait / ((attemptWaitsMs[index + 1] ?? 0) * factor)).toBeCloseTo(1, 3);
      expect(current.delivery).toMatchObject({ state: 'FAILED', tries: 10, nextAt: null, leased: false });
      expect(current.endpoint).toMatchObject({ enabled: true, faults: 10, failingSince: start });
    }
    expect(attemptWaitsMs.map((wait) => wait / hour)).toEqual([0, 5 / 3600, 1 / 12, 0.5, 2, 5, 10, 14, 20, 24]);
  });

  test('waits as long as Retry-After asks, if that is longer, and so does its endpoint', () => {
    const slowed = attemptEnded(pair(), { ...bad, httpStatus: 503, retryAfterMs: 60_000 }, start, 0.5);
    expect(slowed).toMatchObject({ delivery: { nextAt: start + 60_000 }, endpoint: { slowUntil: start + 60_000 } });
    const soon = attemptEnded(pair(), { ...bad, retryAfterMs: 1000 }, start, 0.5);
    expect(soon.delivery.nextAt).toBe(start + 5000);
  });

  test.each([429, 502, 503, 504])('answered with %i slows its endpoint down, more each time', (httpStatus) => {
    const once = attemptEnded(pair(), { ...bad, httpStatus }, start, 0.5);
    expect(once.endpoint.slowUntil).toBe(start + 5000);
    const twice = attemptEnded(once, { ...bad, httpStatus }, start + 5000, 0.5);
    expect(twice.endpoint.slowUntil).toBe(start + 15_000);
    const often = attemptEnded(pair({ faults: 99, failingSince: start }), { ...bad, httpStatus }, start, 0.5);
    expect(often.endpoint.slowUntil).toBe(start + 600_000);
    const well = attemptEnded(once, { ...bad, httpStatus: 200, error: null }, start + 6000, 0.5);
    expect(well.endpoint).toMatchObject({
      slowUntil: null,
      faults: 0,
      failingSince: null,
      lastSuccessAt: start + 6000,
    });
  });

  test('that was sent before its endpoint asked for less, and succeeds, does not end the rest', () => {
    const slowed = attemptEnded(pair(), { ...bad, httpStatus: 429, retryAfterMs: 60_000 }, start, 0.5);
    const earlier = { ...slowed, delivery: pair().delivery };
    const well = attemptEnded(earlier, { ...bad, httpStatus: 200, error: null }, start + 10, 0.5);
    expect(well).toMatchObject({
      delivery: { state: 'DELIVERED' },
      endpoint: { slowUntil: start + 60_000, faults: 0, failingSince: null, lastSuccessAt: start + 10 },
    });
    const later = attemptEnded(earlier, { ...bad, httpStatus: 200, error: null }, start + 60_000, 0.5);
    expect(later.endpoint.slowUntil).toBeNull();
  });

  test('that is a test is tried once, and its failure changes nothing at its endpoint', () => {
    const { endpoint, delivery } = pair();
    const test: WebhookPair = { endpoint, delivery: { ...delivery, type: 'webhook.test', jobId: null } };
    expect(attemptEnded(test, { ...bad, httpStatus: 410 }, start, 0.5)).toEqual({
      endpoint,
      delivery: { ...test.delivery, state: 'FAILED', tries: 1, leased: false, nextAt: null },
    });
  });
});

describe('an endpoint', () => {
  test('is switched off by 410, and by 5 days without a success though it was tried', () => {
    const gone = attemptEnded(pair(), { ...bad, httpStatus: 410 }, start, 0.5);
    expect(gone).toMatchObject({ endpoint: { enabled: false }, delivery: { state: 'FAILED' } });
    expect(gone.endpoint.disabledReason).toContain('410 Gone');
    const failing = pair({ faults: 3, failingSince: start });
    expect(attemptEnded(failing, bad, start + 120 * hour - 1, 0.5).endpoint.enabled).toBe(true);
    const off = attemptEnded(failing, bad, start + 120 * hour, 0.5);
    expect(off.endpoint).toMatchObject({ enabled: false, disabledReason: 'No delivery has succeeded for 5 days.' });
    // An endpoint that had nothing to do for a year and then fails once stays on.
    expect(attemptEnded(pair({ lastSuccessAt: 0 }), bad, start, 0.5).endpoint.enabled).toBe(true);
  });

  test('with a new address is not judged by what the old one answers: what failed there is due at once', () => {
    const moved = pair({ url: 'https://new.example/', failingSince: null });
    const url = 'https://backend.example/hooks';
    const gone = attemptEnded(moved, { ...bad, httpStatus: 410, retryAfterMs: 60_000, url }, start + 9, 0.5);
    expect(gone).toEqual({
      endpoint: moved.endpoint,
      delivery: { ...moved.delivery, leased: false, nextAt: start + 9 },
    });
    const last = { ...moved, delivery: { ...moved.delivery, tries: 9 } };
    expect(attemptEnded(last, { ...bad, url }, start, 0.5).delivery).toMatchObject({ state: 'PENDING', tries: 9 });
    const taken = attemptEnded(moved, { ...bad, httpStatus: 200, error: null, url }, start, 0.5);
    expect(taken).toMatchObject({ endpoint: { lastSuccessAt: null }, delivery: { state: 'DELIVERED', nextAt: null } });
    const off = { ...moved, endpoint: { ...moved.endpoint, enabled: false } };
    expect(attemptEnded(off, { ...bad, url }, start, 0.5)).toMatchObject({
      endpoint: off.endpoint,
      delivery: { state: 'FAILED' },
    });
    const tested: WebhookPair = { ...moved, delivery: { ...moved.delivery, type: 'webhook.test', jobId: null } };
    expect(attemptEnded(tested, { ...bad, url }, start, 0.5).delivery.state).toBe('FAILED');
  });

  test('begins anew when it is switched on again', () => {
    const off = endpointOf({
      enabled: false,
      disabledReason: 'Why.',
      faults: 7,
      failingSince: start,
      slowUntil: start,
    });
    expect(endpointEnabled(off)).toEqual({
      ...off,
      enabled: true,
      disabledReason: null,
      faults: 0,
      failingSince: null,
      slowUntil: null,
    });
    const on = endpointOf({ faults: 7, failingSince: start });
    expect(endpointEnabled(on)).toBe(on);
  });

  test('keeps the secret before a rotation for a day', () => {
    const endpoint = endpointOf();
    const rotated = secretRotated(endpoint, new Uint8Array([7]), start);
    expect(rotated).toMatchObject({ previousSecret: endpoint.secret, previousSecretUntil: start + 24 * hour });
  });
});

test.each([
  ['120', 120_000],
  [' 0 ', 1000],
  ['999999999', 24 * hour],
  [new Date(start + 90_000).toUTCString(), 90_000],
  [new Date(start - 90_000).toUTCString(), 1000],
  ['soon', null],
  ['', null],
  [null, null],
])('Retry-After: %s asks to wait %s ms', (header, expected) => {
  expect(retryAfterMsOf(header, start)).toBe(expected);
});
