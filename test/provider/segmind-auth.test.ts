import { describe, expect, it } from 'vitest';
import { jobFailure } from '../../src/domain/failure-code.ts';
import { type Behaviour, cut, hang, html, inTurn, json, type Seen } from './misbehaving-server.ts';
import { apiKey, createStillClock, jobOf, openWorld, yes } from './segmind-world.ts';

const accepted = json(200, { request_id: 'abc123', status: 'QUEUED' });

const unauthorized = json(401, { error: 'Invalid API key', error_description: 'x', status_code: 401 });

const unauthorizedEnd = { type: 'refused', failure: jobFailure('PROVIDER_UNAUTHORIZED', 401) };

/** Accepts the key only in one form. */
const only =
  (header: 'authorization' | 'x-api-key', then: Behaviour): Behaviour =>
  (response, seen) =>
    (seen.headers[header] === undefined ? unauthorized : then)(response, seen);

const formOf = ({ headers }: Seen) => [headers.authorization ?? null, headers['x-api-key'] ?? null];

const bearer = [`Bearer ${apiKey}`, null];

const xApiKey = [null, apiKey];

describe('the form of authentication', () => {
  it.each([
    ['bearer', bearer],
    ['x-api-key', xApiKey],
    ['both', [`Bearer ${apiKey}`, apiKey]],
  ] as const)('is %s if the setting says so', async (auth, form) => {
    const { server, segmind, running } = await openWorld(accepted, { auth });
    await segmind.submit(jobOf(), yes);
    await segmind.poll(running);
    expect(server.requests.map(formOf)).toEqual([form, form]);
  });

  it.each([
    ['bearer', 'x-api-key', bearer, xApiKey],
    ['x-api-key', 'authorization', xApiKey, bearer],
  ] as const)('is the other one after a 401 to %s, and is remembered', async (auth, header, first, second) => {
    const { server, segmind, running } = await openWorld(only(header, accepted), { auth });
    expect(await segmind.submit(jobOf(), yes)).toHaveProperty('type', 'accepted');
    expect(await segmind.poll(running)).toHaveProperty('event.type', 'seen');
    expect(await segmind.submit(jobOf(), yes)).toHaveProperty('type', 'accepted');
    expect(server.requests.map(formOf)).toEqual([first, second, second, second]);
  });

  it('that a poll found is used by later submits', async () => {
    const { server, segmind, running } = await openWorld(only('x-api-key', accepted));
    await segmind.poll(running);
    await segmind.submit(jobOf(), yes);
    expect(server.requests.map(formOf)).toEqual([bearer, xApiKey, xApiKey]);
  });

  it('of a request’s second try is the one it has not tried, even if another request found it meanwhile', async () => {
    let release: () => void = () => undefined;
    const firstIsSlow: Behaviour = (response, seen) => {
      const respond = () => {
        only('x-api-key', accepted)(response, seen);
      };
      if (server.requests.length === 1) release = respond;
      else respond();
    };
    const { server, segmind } = await openWorld(firstIsSlow);
    const slow = segmind.submit(jobOf(), yes);
    await expect.poll(() => server.requests.length).toBe(1);
    expect(await segmind.submit(jobOf(), yes)).toHaveProperty('type', 'accepted');
    release();
    expect(await slow).toHaveProperty('type', 'accepted');
    expect(server.requests.map(formOf)).toEqual([bearer, bearer, xApiKey, xApiKey]);
  });

  it('is kept if the provider accepts the key and refuses the request', async () => {
    const { server, segmind } = await openWorld(only('x-api-key', json(406, { error: 'Not enough credits' })));
    expect(await segmind.submit(jobOf(), yes)).toHaveProperty('failure.code', 'INSUFFICIENT_CREDITS');
    await segmind.submit(jobOf(), yes);
    expect(server.requests.map(formOf)).toEqual([bearer, xApiKey, xApiKey]);
  });

  it.each([html(502), json(403, {}), json(429, {})])(
    'is not concluded from responses of proxies',
    async (behaviour) => {
      const { server, segmind } = await openWorld(only('x-api-key', behaviour));
      await segmind.submit(jobOf(), yes);
      await segmind.submit(jobOf(), yes);
      expect(server.requests.map(formOf)).toEqual([bearer, xApiKey, bearer, xApiKey]);
    },
  );
});

describe('the second try of a submit', () => {
  it('is the last: two 401s are a refusal', async () => {
    const { server, segmind } = await openWorld(unauthorized);
    expect(await segmind.submit(jobOf(), yes)).toMatchObject(unauthorizedEnd);
    expect(server.requests).toHaveLength(2);
  });

  it('is not made if both forms were sent together', async () => {
    const { server, segmind } = await openWorld(unauthorized, { auth: 'both' });
    expect(await segmind.submit(jobOf(), yes)).toMatchObject(unauthorizedEnd);
    expect(server.requests).toHaveLength(1);
  });

  it('calls mayBegin again, and keeps the 401 if it returns false', async () => {
    const { server, segmind } = await openWorld(only('x-api-key', accepted));
    const allowed = [true, false];
    expect(await segmind.submit(jobOf(), () => allowed.shift() ?? false)).toMatchObject(unauthorizedEnd);
    expect([allowed, server.requests.length]).toEqual([[], 1]);
  });

  it('keeps the 401 if no connection can be opened', async () => {
    const { server, segmind } = await openWorld((response) => {
      server.stopListening();
      response.writeHead(401, { connection: 'close' }).end();
    });
    expect(await segmind.submit(jobOf(), yes)).toMatchObject(unauthorizedEnd);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['cut', cut],
    ['without a response in time', hang],
  ])('has an unknown outcome if it is %s', async (_, second) => {
    const { server, segmind } = await openWorld(inTurn(unauthorized, second), { timeouts: { submitMs: 400 } });
    expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: null });
    expect(server.requests).toHaveLength(2);
  });

  it('shares the time limit of the first', async () => {
    const slow: Behaviour = (response, seen) => {
      const timer = setTimeout(() => {
        only('x-api-key', accepted)(response, seen);
      }, 150);
      response.on('close', () => clearTimeout(timer));
    };
    const { segmind } = await openWorld(slow, { timeouts: { submitMs: 250 } });
    expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: null });
  });
});

describe('a key that stopped working', () => {
  it.each([401, 403])(
    'raises one alarm after HTTP %i, keeps the jobs, and is logged when it works again',
    async (code) => {
      let monotonic = 0;
      const clock = { ...createStillClock(), monotonic: () => monotonic };
      const { server, segmind, running, log } = await openWorld(json(code, { error: 'x' }), { clock });
      for (let poll = 1; poll <= 3; poll += 1) {
        expect(await segmind.poll(running)).toEqual({ event: { type: 'fault' }, retryAt: null });
      }
      expect(log.lines.map((line) => line.level)).toEqual(['error']);
      monotonic = 60_000;
      await segmind.poll(running);
      expect(log.lines.map((line) => line.level)).toEqual(['error', 'error']);
      server.behave(json(200, { status: 'PROCESSING' }));
      expect(await segmind.poll(running)).toHaveProperty('event', { type: 'seen', status: 'PROCESSING' });
      await segmind.poll(running);
      expect(log.lines.map((line) => line.level)).toEqual(['error', 'error', 'info']);
      expect(log.lines[0]).toMatchObject({ fields: { httpStatus: code } });
    },
  );
});
