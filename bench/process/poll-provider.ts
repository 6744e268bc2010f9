// A provider that reports every job as PROCESSING, as fast as it can.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { serveCommands } from './commands.ts';

/** This process's commands. */
export type ProviderCommands = { port(): number };

const body = JSON.stringify({ status: 'PROCESSING', output: '' });

const head = { 'content-type': 'application/json', 'content-length': body.length };

const http = createServer((request, response) => {
  request.resume();
  response.writeHead(200, head);
  response.end(body);
});

http.keepAliveTimeout = 60_000;

http.listen(0, '127.0.0.1');

await once(http, 'listening');

const address = http.address();

const commands: ProviderCommands = { port: () => (typeof address === 'object' ? (address?.port ?? 0) : 0) };

serveCommands(commands);
