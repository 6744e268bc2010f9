import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { makeFolder, startGateway } from '../world/gateway.ts';
import { openWorld } from './world.ts';

/** Sends one request on its own connection and leaves it open. Returns the response and when the server closes it. */
async function ask(url: string) {
  const { hostname, port } = new URL(url);
  const connection = connect(Number(port), hostname);
  connection.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [received] = await once(connection.setEncoding('utf8'), 'data');
  const ended = once(connection, 'close');
  connection.resume();
  return { connection, answer: String(received), ended };
}

it('keeps a connection open longer than a load balancer does, which sends its next request on it', async () => {
  const world = await openWorld();
  const { connection, answer } = await ask(world.url);
  expect(answer).toMatch(/^Keep-Alive: timeout=65\r$/m);
  connection.destroy();
  await world.close();
});

it('closes it after KEEP_ALIVE_SECONDS without a request', async () => {
  const folder = await makeFolder();
  const gateway = await startGateway(folder.path, { KEEP_ALIVE_SECONDS: '1' });
  const { answer, ended } = await ask(gateway.url);
  expect(answer).toMatch(/^Keep-Alive: timeout=1\r$/m);
  await ended;
  await gateway.stop();
  await folder.remove();
});
