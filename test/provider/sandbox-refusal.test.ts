import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSandboxWorld, type SandboxWorld, workflowPath } from './sandbox-world.ts';

let world: SandboxWorld;

beforeEach(async () => {
  world = await openSandboxWorld();
});

afterEach(() => world.close());

const json = { 'content-type': 'application/json' };

describe('a submit is refused', () => {
  const send = (body: string | Uint8Array<ArrayBuffer>, contentType = 'application/json', path = workflowPath) =>
    fetch(world.origin + path, {
      method: 'POST',
      headers: { 'x-api-key': world.apiKey, 'content-type': contentType },
      body,
    });

  test('with 406 if its content type is not JSON', async () => {
    for (const type of ['text/plain', 'application/jsonp', 'application/x-www-form-urlencoded']) {
      const response = await send('{}', type);
      expect([response.status, await response.json()]).toEqual([406, { error: 'Invalid content type' }]);
    }
    expect((await send('{}', 'Application/JSON; charset=utf-8')).status).toBe(200);
  });

  test('with 400 if the workflow does not accept its body or a parameter', async () => {
    const bodies = [
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '{"text_prompt":5}',
      '{"aspect_ratio":"2:1"}',
      '{"aspect_ratio":"toString"}',
    ];
    for (const body of [...bodies, '{"seed":"abc"}', '{"seed":1.5}', '{"seed":true}', '{"seed":null}']) {
      const response = await send(body);
      expect([response.status, await response.json()], body).toEqual([
        400,
        { error: 'Invalid parameters or request format' },
      ]);
    }
  });

  test('with 413 above 1 MiB, with or without a content length', async () => {
    const fitting = JSON.stringify({ text_prompt: 'x'.repeat(1_048_576 - 18) });
    expect(Buffer.byteLength(fitting)).toBe(1_048_576);
    expect((await send(fitting)).status).toBe(200);
    const announced = await send(`${fitting} `);
    expect([announced.status, await announced.json()]).toEqual([413, { error: 'Request body too large' }]);

    const { port } = new URL(world.origin);
    const chunked = httpRequest({
      port,
      path: workflowPath,
      method: 'POST',
      headers: { ...json, 'x-api-key': world.apiKey },
    });
    chunked.write('x'.repeat(1_048_576));
    chunked.end('x');
    const [response] = await once(chunked, 'response');
    expect(response.statusCode).toBe(413);
    response.resume();
    await once(response, 'end');
  });

  test('with 404 for an invalid workflow id', async () => {
    for (const id of [
      '',
      'x',
      '67c6b3b9f6cf2bb5a9b16b3e',
      '67c6b3b9f6cf2bb5a9b16b3e-v',
      '67c6b3b9f6cf2bb5a9b16b3e-v8/x',
    ]) {
      const response = await send('{}', 'application/json', `/sandbox/workflows/${id}`);
      expect([response.status, await response.json()], id).toEqual([404, { error: 'Workflow not found' }]);
    }
    expect((await send('{}', 'application/json', '/sandbox/workflows/0123456789abcdef01234567-v12')).status).toBe(200);
  });
});

test('a wrong method gets a 405 page, an unknown path a 404', async () => {
  const call = (method: string, path: string) =>
    fetch(world.origin + path, { method, headers: { 'x-api-key': world.apiKey } });
  for (const [method, path, allow] of [
    ['GET', workflowPath, 'POST'],
    ['POST', '/sandbox/workflows/request/abc', 'GET'],
    ['DELETE', '/sandbox/v1/get-user-credits', 'GET'],
  ] as const) {
    const response = await call(method, path);
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await response.text()).toContain('405 Method Not Allowed');
  }
  expect((await call('GET', '/sandbox/')).status).toBe(404);
});

describe('a client that disconnects', () => {
  const dial = async () => {
    const socket = connect(Number(new URL(world.origin).port), '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };

  test('in the middle of its body leaves the sandbox serving', async () => {
    const socket = await dial();
    const head = `POST ${workflowPath} HTTP/1.1\r\nhost: x\r\nx-api-key: ${world.apiKey}\r\ncontent-type: application/json`;
    socket.write(`${head}\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n`);
    // The server has asked for the body, so it is handling the request.
    await once(socket, 'data');
    socket.write('{"text_prompt":');
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await world.submit({})).status).toBe(200);
  });

  test('while it receives more than it reads leaves the sandbox serving', async () => {
    const socket = await dial();
    // Far more than the buffers between client and server hold.
    socket.write('GET /sandbox/videos/landscape-16-9.mp4 HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(200));
    await once(socket, 'readable');
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await world.submit({})).status).toBe(200);
  });
});

test('a fault of the sandbox itself gets a 500', async () => {
  const broken = await openSandboxWorld({
    publicUrl: () => {
      throw new Error('not listening yet');
    },
  });
  try {
    const response = await broken.get(await broken.take('@test/ok:0s'));
    expect(response.status).toBe(500);
  } finally {
    await broken.close();
  }
});
