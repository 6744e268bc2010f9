import { describe, expect, it } from 'vitest';
import { json, text } from './misbehaving-server.ts';
import { bare, jobOf, openWorld, yes } from './segmind-world.ts';

const members = ['request_id', 'requestId', 'id', 'task_id', 'taskId', 'job_id', 'generation_id'];

describe('the id of a new job', () => {
  it.each(members)('may be its %s', async (member) => {
    expect(await requestIdIn({ [member]: 'abc123' })).toBe('abc123');
    expect(await requestIdIn({ code: 0, data: { [member]: 'abc123' } })).toBe('abc123');
  });

  it('is the first usable one of them', async () => {
    for (const [index, member] of members.entries()) {
      const later = Object.fromEntries(members.slice(index + 1).map((name) => [name, 'wrong']));
      const earlier = Object.fromEntries(members.slice(0, index).map((name) => [name, null]));
      expect(await requestIdIn({ ...later, ...earlier, [member]: 'abc123' })).toBe('abc123');
    }
  });

  it.each(['data', 'result', 'task', 'response'])('may be in %s', async (wrapper) => {
    expect(await requestIdIn({ [wrapper]: { task_id: 'abc123' } })).toBe('abc123');
    expect(await requestIdIn({ [wrapper]: [{ task_id: 'abc123' }] })).toBe('abc123');
    expect(await requestIdIn([{ [wrapper]: { task_id: 'abc123' } }])).toBe('abc123');
  });

  it('comes from the record with the status, not from its wrapper', async () => {
    expect(
      await requestIdIn({ code: 0, request_id: 'trace', data: { task_id: 'abc123', task_status: 'submitted' } }),
    ).toBe('abc123');
    expect(await requestIdIn({ status: 'QUEUED', request_id: 'abc123', data: { id: 'other' } })).toBe('abc123');
  });

  it.each(['12345678901234567890', '9007199254740993', '-9007199254740993', '17'])(
    'keeps the digits of %s',
    async (digits) => {
      const { segmind } = await openWorld(text(200, `{"data":{"id":${digits}}}`));
      expect(await segmind.submit(jobOf(), yes)).toMatchObject({ type: 'accepted', requestId: digits });
    },
  );
});

describe('the address of a new job', () => {
  it.each<[string, object]>([
    ['poll_url', { poll_url: '/v2/x?y=1' }],
    ['pollUrl', { pollUrl: '/v2/x?y=1' }],
    ['status_url', { status_url: '/v2/x?y=1' }],
    ['get_url', { get_url: '/v2/x?y=1' }],
    ['urls.get', { urls: { cancel: '/v2/cancel', get: '/v2/x?y=1' } }],
    ['poll_url before status_url', { status_url: '/wrong', poll_url: '/v2/x?y=1' }],
    ['poll_url in data', { data: { poll_url: '/v2/x?y=1' } }],
    ['a path without its slash', { poll_url: 'v2/x?y=1' }],
    ['a path with a dot', { poll_url: './v2/x?y=1' }],
  ])('may be its %s', async (_, body) => {
    const { server, segmind } = await openWorld(json(202, { ...body, message: 'ok' }));
    const pollUrl = `${server.origin}/v2/x?y=1`;
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({ type: 'accepted', requestId: null, pollUrl });
  });

  it.each([201, 202])('may be the Location of a %i without a body', async (code) => {
    const { server, segmind } = await openWorld(text(code, '', { location: '/v2/jobs/7' }));
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({
      type: 'accepted',
      pollUrl: `${server.origin}/v2/jobs/7`,
    });
  });

  it('is built from the id if it is on another origin, as in a Location header', async () => {
    const { server, segmind, log } = await openWorld(
      json(201, { id: 'abc123' }, { location: 'https://thief.example/jobs/7' }),
    );
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({ pollUrl: `${server.origin}/workflows/request/abc123` });
    expect(log.lines).toHaveLength(1);
  });
});

async function requestIdIn(body: unknown): Promise<string | null> {
  const { segmind } = await openWorld(json(200, body));
  const event = bare(await segmind.submit(jobOf(), yes));
  return event.type === 'accepted' ? event.requestId : null;
}
