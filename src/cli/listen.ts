import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { createSettings, type Variables } from '../config/env.ts';
import { readOptions } from './command-line.ts';
import { alive, createEndpoint, isTimeout, removeDead, removeEndpoint } from './listen-endpoint.ts';

/** The usage of `reelgate listen`. */
export const listenUsage = `Usage: reelgate listen [--forward-to URL] [--url URL] [--token TOKEN]: prints the webhooks of a local gateway

  --forward-to URL  also send each to this URL, with its signature, and answer as it answers
  --url URL         where the gateway is; http://127.0.0.1:4000 by default
  --token TOKEN     a key or token with the scope webhooks:write; also as REELGATE_TOKEN, or in the file that REELGATE_TOKEN_FILE
                    names. A gateway in demo mode needs none

It makes an endpoint in TEST, prints its secret, and deletes it at Ctrl-C.
`;

/** What `reelgate listen` was asked for. */
export type ListenCommand = {
  readonly forwardTo: string | null;
  readonly url: string;
  readonly token: string | null;
};

/** Reads the arguments, and the token of the environment if they have none; or returns the usage. */
export function readListenCommand(
  args: readonly string[],
  variables: Variables,
): ListenCommand | { readonly usage: string } {
  const refused = (sentence: string) => ({ usage: `${sentence}\n\n${listenUsage}` });
  const text = { type: 'string' } as const;
  const options = { 'forward-to': text, url: text, token: text };
  const read = readOptions({ args: [...args], options });
  if ('problem' in read) return refused(`${read.problem}.`);
  const { 'forward-to': forwardTo = null, url = 'http://127.0.0.1:4000' } = read.values;
  // The sentences show neither: they may hold a password.
  if (!isHttp(url) || /[@?#]/.test(url))
    return refused('--url must be an absolute http or https URL without a user, a password, a query and a fragment.');
  if (forwardTo !== null && !isHttp(forwardTo))
    return refused('--forward-to must be an absolute http or https URL without a user and a password.');
  const settings = createSettings(variables);
  const token = read.values.token ?? settings.secret('REELGATE_TOKEN');
  if (settings.problems.length > 0) return refused(settings.problems.join('\n'));
  return { forwardTo, url: url.replace(/\/+$/, ''), token };
}

function isHttp(text: string): boolean {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

/** A listener that runs until it is closed. */
type Listening = { readonly secret: string; close(): Promise<void> };

const forwardMs = 14_000;

const usualAskMs = 10_000;

/** Starts to listen. `print` receives a line for each webhook. Rejects with a ListenRefused if the gateway makes no endpoint. */
export async function listen(
  command: ListenCommand,
  print: (line: string) => void,
  askMs = usualAskMs,
): Promise<Listening> {
  const gateway = { ...command, askMs };
  // Only the gateway knows the path: whatever else comes to the port is no webhook.
  const path = `/${randomUUID()}`;
  const server = createServer((request, response) => {
    if (request.url === path && request.method === 'POST')
      take(command.forwardTo, request, response).then(print, () => response.destroy());
    else if (request.url === path) response.end(alive);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  try {
    await removeDead(gateway);
    // A server that listens on a port has an address of this form.
    const { port } = server.address() as AddressInfo;
    const { id, secret } = await createEndpoint(gateway, `http://127.0.0.1:${port}${path}`);
    return {
      secret,
      async close() {
        try {
          await removeEndpoint(gateway, id);
        } finally {
          await close();
        }
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Forwards a request and answers it. Returns its line; rejects if the request breaks off. */
async function take(forwardTo: string | null, request: IncomingMessage, response: ServerResponse): Promise<string> {
  const body = await textOf(request);
  const { status, text, outcome = status } = await forward(forwardTo, request.headers, body);
  response.writeHead(status).end(text);
  return `${lineOf(body)} → ${outcome}`;
}

/** What a line shows of a webhook. */
type Shown = {
  readonly type: string;
  readonly timestamp: string;
  readonly data?: { id?: string; version?: number; userId?: string | null; period?: string; percent?: number };
};

/** `12:00:01 job.completed Sm9i… version 5`, `12:00:01 budget.reached ana MONTH 80 %`. */
function lineOf(body: string): string {
  const shown = shownOf(body);
  if (shown === null) return 'A request that is no webhook';
  const { type, timestamp, data = {} } = shown;
  const job = data.id === undefined ? '' : ` ${data.id} version ${data.version}`;
  const budget = data.percent === undefined ? '' : ` ${data.userId ?? 'installation'} ${data.period} ${data.percent} %`;
  return `${timestamp.slice(11, 19)} ${type}${job}${budget}`;
}

function shownOf(body: string): Shown | null {
  try {
    // The members that a line needs are checked here; the others are only printed.
    const shown = JSON.parse(body) as Shown | null;
    return typeof shown?.type === 'string' && typeof shown.timestamp === 'string' ? shown : null;
  } catch {
    return null;
  }
}

/** What the gateway is answered. `outcome`: what the line says, if it is not the status. */
type Forwarded = { readonly status: number; readonly text: string; readonly outcome?: string };

async function forward(url: string | null, headers: IncomingHttpHeaders, body: string): Promise<Forwarded> {
  if (url === null) return { status: 200, text: '' };
  const kept = ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: Object.fromEntries(kept.map((name) => [name, String(headers[name] ?? '')])),
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(forwardMs),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const late = `The receiver did not answer within ${forwardMs / 1000} s.`;
    const outcome = isTimeout(error) ? late : 'The receiver could not be reached.';
    return { status: 502, text: outcome, outcome };
  }
}
