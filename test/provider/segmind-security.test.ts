import { describe, expect, it } from 'vitest';
import { cut, html, json, status } from './misbehaving-server.ts';
import { apiKey, bare, createLineLog, jobOf, openClient, openServer, openWorld, yes } from './segmind-world.ts';

const id = 'f00dfeed0000111122223333deadbeef';

describe('the key goes to the configured origin only', () => {
  it.each([
    ['another host', (port: number) => `http://localhost:${port}/workflows/request/${id}`],
    ['another port', (port: number) => `http://127.0.0.1:${port}/workflows/request/${id}`],
    ['no scheme', (port: number) => `//127.0.0.1:${port}/workflows/request/${id}`],
    ['backslashes', (port: number) => `/\\127.0.0.1:${port}\\workflows\\request\\${id}`],
    ['our host as userinfo', (port: number, ours: string) => `${ours}@127.0.0.1:${port}/workflows/request/${id}`],
    ['another protocol', (_: number, ours: string) => `${ours.replace('http:', 'https:')}/workflows/request/${id}`],
    ['our origin inside', (_: number, ours: string) => `blob:${ours}/workflows/request/${id}`],
    ['no web address', () => `file:///workflows/request/${id}`],
  ])('if a poll_url names %s', async (_, addressOf) => {
    const thief = await openServer(json(200, { status: 'COMPLETED', output: 'https://thief.example/x.mp4' }));
    const { server, segmind, log } = await openWorld(status(500));
    const pollUrl = `${server.origin}/workflows/request/${id}`;
    const foreign = addressOf(thief.port, server.origin);
    for (const body of [{ request_id: id, poll_url: foreign }, { poll_url: foreign }]) {
      server.behave(json(200, body));
      expect(await segmind.submit(jobOf(), yes)).toMatchObject({ type: 'accepted', pollUrl });
    }
    expect(log.lines.map((line) => line.message)).toEqual(
      new Array(2).fill('The provider named a poll_url on another origin, which is not called.'),
    );
    server.behave(json(200, { status: 'QUEUED' }));
    const poll = await segmind.poll(jobOf({ requestId: id, pollUrl: foreign }));
    expect(poll.event).toEqual({ type: 'seen', status: 'QUEUED' });
    expect(server.requests.at(-1)?.path).toBe(`/workflows/request/${id}`);
    expect(thief.connections()).toBe(0);
  });

  it('if a foreign poll_url does not end in an id, and the outcome is unknown', async () => {
    const { segmind } = await openWorld(json(200, { poll_url: 'https://thief.example/?id=1' }));
    expect(bare(await segmind.submit(jobOf(), yes))).toEqual({ type: 'unconfirmed', httpStatus: 200 });
  });

  it('if a row names another origin and no request id, and nothing is called', async () => {
    const thief = await openServer(json(200, { status: 'QUEUED' }));
    const { server, segmind } = await openWorld(json(200, { status: 'QUEUED' }));
    const { event } = await segmind.poll(jobOf({ pollUrl: `${thief.origin}/x` }));
    expect([event, server.requests, thief.connections()]).toEqual([{ type: 'fault' }, [], 0]);
  });

  it.each([301, 302, 303, 307, 308])('if a %i redirects elsewhere', async (code) => {
    const thief = await openServer(json(200, { request_id: id, status: 'QUEUED' }));
    const { server, segmind, running } = await openWorld(status(code, { location: `${thief.origin}/x` }));
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({ type: 'refused', failure: { httpStatus: code } });
    expect(await segmind.poll(running)).toEqual({ event: { type: 'fault' }, retryAt: null });
    expect(await segmind.credits()).toBeNull();
    expect([server.requests.length, thief.connections()]).toEqual([3, 0]);
  });

  it('if a poll_url has userinfo or a fragment', async () => {
    const { server, segmind } = await openWorld(status(500));
    server.behave(json(200, { poll_url: `http://ann:pw@127.0.0.1:${server.port}/workflows/request/${id}#x` }));
    const event = await segmind.submit(jobOf(), yes);
    expect(event).toMatchObject({ pollUrl: `${server.origin}/workflows/request/${id}` });
  });

  it('if a poll_url repeats the key, which is not stored', async () => {
    const { server, segmind } = await openWorld(status(500));
    const poll_url = `${server.origin}/workflows/request/x?api_key=${apiKey}`;
    server.behave(json(200, { poll_url, request_id: id }));
    const event = await segmind.submit(jobOf(), yes);
    expect(event).toMatchObject({ pollUrl: `${server.origin}/workflows/request/${id}` });
  });

  it.each(['.', '..', ' ', 'a\u0000b', '\ud800', 'x'.repeat(513), `a${apiKey}`, {}, 1.5, true])(
    'if the request_id is %j, which is not valid',
    async (request_id) => {
      const { segmind } = await openWorld(json(200, { request_id }));
      expect(bare(await segmind.submit(jobOf(), yes))).toEqual({ type: 'unconfirmed', httpStatus: 200 });
    },
  );
});

describe('keys never leave the client', () => {
  it.each([
    ['the configured key', apiKey],
    ['the key and what trails it', `${apiKey}ff`],
    ['another key of the provider', 'SG_cafe'],
  ])('in a failure that repeats %s', async (_, key) => {
    const { segmind, running } = await openWorld(json(200, { status: 'FAILED', error: `Key ${key} is out of order` }));
    const { event } = await segmind.poll(running);
    expect(event).toMatchObject({ failure: { message: 'Key [redacted] is out of order' } });
  });

  it('in the URL of a video, which is then not delivered', async () => {
    const output = `https://images.segmind.com/x.mp4?key=${apiKey}&y=1`;
    const { segmind, running } = await openWorld(json(200, { status: 'COMPLETED', output }));
    const { event } = await segmind.poll(running);
    expect(event).toMatchObject({ type: 'failed', failure: { code: 'PROVIDER_BAD_OUTPUT' } });
  });

  it.each(['MSG_0001.mp4', 'SG_0001.mp4', 'a.mp4?token=SG_cafe'])(
    'but a link with %s is delivered unchanged',
    async (name) => {
      const output = `https://images.segmind.com/outputs/${name}`;
      const { segmind, running } = await openWorld(json(200, { status: 'COMPLETED', output }));
      const { event } = await segmind.poll(running);
      expect(event).toMatchObject({ video: { url: output } });
    },
  );

  it('in any form of the key', async () => {
    const odd = 'k/e+y"=%';
    const forms = [
      odd,
      encodeURIComponent(odd),
      encodeURIComponent(odd).toLowerCase(),
      JSON.stringify(odd).slice(1, -1),
    ];
    const server = await openServer(json(200, { status: 'FAILED', error: forms.join(' , ') }));
    const segmind = openClient({ baseUrl: server.origin, apiKey: odd });
    const { event } = await segmind.poll(jobOf({ requestId: id }));
    expect(event).toHaveProperty('failure.message', new Array(4).fill('[redacted]').join(' , '));
  });

  it('or prompts, in the log', async () => {
    const prompt = 'A very secret product launch';
    const echo = {
      error: `${prompt} ${apiKey}`,
      status: 'FAILED',
      request_id: id,
      poll_url: `https://x.example/${apiKey}`,
    };
    const behaviours = [200, 400, 401, 403, 406, 429, 500, 502].flatMap((code) => [
      json(code, echo),
      json(code, { error: prompt }),
    ]);
    const { server, segmind, running, log } = await openWorld(html(502));
    for (const behaviour of [...behaviours, cut, html(502)]) {
      server.behave(behaviour);
      await segmind.submit(jobOf({ prompt }), yes);
      await segmind.poll({ ...running, prompt });
    }
    expect(log.lines.length).toBeGreaterThan(10);
    expect(JSON.stringify(log.lines)).not.toMatch(/secret|SG_/);
  });

  it('that no header can carry are refused at the start, and do not appear in the error', () => {
    const open = () => openClient({ baseUrl: 'http://127.0.0.1:9', apiKey: 'SG_1\nx: y', log: createLineLog() });
    expect(open).toThrow(/^(?!.*SG_)/);
  });
});
