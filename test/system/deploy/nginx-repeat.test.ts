import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../world/redis.ts';
import { hasNginx, openNginx } from './nginx-world.ts';

const nginxTest = test.runIf(hasNginx);

type Node = { readonly server: Server; readonly port: number; readonly bodies: string[] };

/** A node of the test's own. It keeps the bodies of the POSTs that it got, and reads each to its end before it answers. */
async function openNode(answer: RequestListener): Promise<Node> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (request.method === 'POST') bodies.push(body);
      if (request.method === 'POST') answer(request, response);
      else response.end('ok');
    });
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, port, bodies };
}

const refuses: RequestListener = (_, response) =>
  void response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end('{"errors":[]}');

const answers: RequestListener = (_, response) => void response.end('stored');

const dies: RequestListener = (request) => void request.socket.destroy();

/** Sends that many POSTs, one after the other. Returns the statuses. */
async function postThrough(url: string, count: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const response = await fetch(`${url}/graphql`, { method: 'POST', body: `body ${n}` });
    await response.text();
    statuses.push(response.status);
  }
  return statuses;
}

nginxTest('a POST that a stopping node refused runs at another, once (needs the Debian package nginx)', async () => {
  const [stopping, other] = [await openNode(refuses), await openNode(answers)];
  const url = await openNginx(await freePort(), [stopping.port, other.port]);
  expect(await postThrough(url, 20)).toEqual(new Array(20).fill(200));
  expect(stopping.bodies.length).toBeGreaterThan(0);
  expect(other.bodies).toEqual(Array.from({ length: 20 }, (_, at) => `body ${at + 1}`));
});

nginxTest('it also runs where the node stops listening right after (needs the Debian package nginx)', async () => {
  const other = await openNode(answers);
  for (let round = 1; round <= 4; round += 1) {
    const stopping = await openNode((request, response) => {
      stopping.server.close();
      refuses(request, response);
    });
    const url = await openNginx(await freePort(), [stopping.port, other.port]);
    expect(await postThrough(url, 4)).toEqual([200, 200, 200, 200]);
  }
  expect(other.bodies).toHaveLength(16);
});

nginxTest('a POST that a dying node may have run is never sent again (needs the Debian package nginx)', async () => {
  const [dying, other] = [await openNode(dies), await openNode(answers)];
  const url = await openNginx(await freePort(), [dying.port, other.port]);
  const statuses = await postThrough(url, 6);
  expect(statuses).toContain(502);
  const ran = [...dying.bodies, ...other.bodies];
  expect(ran.toSorted()).toEqual(Array.from({ length: 6 }, (_, at) => `body ${at + 1}`));
});

nginxTest(
  'nor is one that was refused first and then died at the next node (needs the Debian package nginx)',
  async () => {
    const nodes = [await openNode(refuses), await openNode(dies), await openNode(dies)];
    const url = await openNginx(
      await freePort(),
      nodes.map(({ port }) => port),
    );
    await postThrough(url, 6);
    const ran = nodes.slice(1).flatMap(({ bodies }) => bodies);
    expect(new Set(ran).size).toBe(ran.length);
  },
);

nginxTest('where every node refuses, the client gets their answer (needs the Debian package nginx)', async () => {
  const nodes = [await openNode(refuses), await openNode(refuses)];
  const url = await openNginx(
    await freePort(),
    nodes.map(({ port }) => port),
  );
  for (let n = 1; n <= 6; n += 1) {
    const response = await fetch(`${url}/graphql`, { method: 'POST', body: '{}' });
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
      503,
      '1',
      { errors: [] },
    ]);
  }
});
