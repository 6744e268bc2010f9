// A provider that says of every job that it is being worked on, as fast as it can.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { answerWith } from './verbs.ts';

/** What it does when it is asked to. */
export type ProviderVerbs = { port(): number };

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

const verbs: ProviderVerbs = { port: () => (typeof address === 'object' ? (address?.port ?? 0) : 0) };

answerWith(verbs);
