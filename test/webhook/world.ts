import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';

/** A request that a receiver has had. */
export type Received = { readonly headers: IncomingHttpHeaders; readonly path: string; readonly body: string };

/** Answers a request. It may keep the response open, or close its socket. */
type Answer = (request: Received, response: ServerResponse) => void;

/** A receiver of webhooks on loopback. */
export type Receiver = {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** How many requests are open now, and the most that ever were. */
  readonly open: () => { readonly now: number; readonly most: number };
  answer: Answer;
};

/** Answers 200. */
const accept: Answer = (_, response) => void response.writeHead(200).end('thanks');

/** Starts a receiver that is closed after the test. */
export async function openReceiver(answer: Answer = accept): Promise<Receiver> {
  const received: Received[] = [];
  let [now, most] = [0, 0];
  const server = createServer((request, response) => {
    now += 1;
    most = Math.max(most, now);
    response.once('close', () => {
      now -= 1;
    });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const one = { headers: request.headers, path: request.url ?? '', body };
      received.push(one);
      receiver.answer(one, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/hook`;
  const receiver: Receiver = { url, port, received, open: () => ({ now, most }), answer };
  return receiver;
}

/** What a request tells, verified by the published package. Throws if a signature is wrong. */
export function verified(secret: string, { headers, body }: Received) {
  const named = (name: string) => String(headers[name]);
  const signed = {
    'webhook-id': named('webhook-id'),
    'webhook-timestamp': named('webhook-timestamp'),
    'webhook-signature': named('webhook-signature'),
  };
  new Webhook(secret).verify(body, signed);
  return JSON.parse(body);
}

/** The signature of a request, made by hand. */
export function signatureOf(secret: string, { headers, body }: Received): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
