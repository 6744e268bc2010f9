import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhookEventTypes } from '../domain/webhook.ts';
import { readOptions } from './command-line.ts';

/** The usage of `reelgate listen`. */
export const listenUsage = `Usage: reelgate listen [--forward-to URL] [--url URL] [--token TOKEN]: prints the webhooks of a local gateway

  --forward-to URL  also send each to this URL, with its signature, and answer as it answers
  --url URL         where the gateway is; http://127.0.0.1:4000 by default
  --token TOKEN     a key or token with the scope webhooks:write; also as REELGATE_TOKEN. A gateway in demo mode needs none

It makes an endpoint in TEST, prints its secret, and deletes it at Ctrl-C.
`;

/** What `reelgate listen` was asked for. */
export type ListenCommand = {
  readonly forwardTo: string | null;
  readonly url: string;
  readonly token: string | null;
};

/** Reads the arguments, or returns the usage. `token`: that of the environment. */
export function readListenCommand(
  args: readonly string[],
  token: string | null,
): ListenCommand | { readonly usage: string } {
  const text = { type: 'string' } as const;
  const options = { 'forward-to': text, url: text, token: text };
  const read = readOptions({ args: [...args], options });
  if ('problem' in read) return { usage: `${read.problem}\n\n${listenUsage}` };
  const { 'forward-to': forwardTo = null, url = 'http://127.0.0.1:4000' } = read.values;
  for (const each of [url, forwardTo ?? url])
    if (!/^https?:/.test(each) || !URL.canParse(each)) return { usage: `${each} is no URL.\n\n${listenUsage}` };
  return { forwardTo, url: url.replace(/\/+$/, ''), token: read.values.token ?? token };
}

/** A listener that runs until it is closed. */
type Listening = { readonly secret: string; close(): Promise<void> };

/** By this description a listener finds what one before it has left. */
const description = 'reelgate listen';

const forwardMs = 14_000;

/** Why a gateway made no endpoint, a sentence. */
export class ListenRefused extends Error {
  override readonly name = 'ListenRefused';
}

/** Starts to listen. `print` receives a line for each webhook. Rejects with a ListenRefused if the gateway makes no endpoint. */
export async function listen(command: ListenCommand, print: (line: string) => void): Promise<Listening> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      forward(command.forwardTo, request.headers, body)
        .then(({ status, text }) => {
          print(`${lineOf(body)} → ${status}`);
          response.writeHead(status).end(text);
        })
        .catch((error: unknown) => {
          print(`${lineOf(body)} → ${error instanceof Error ? error.message : String(error)}`);
          response.writeHead(502).end('The receiver could not be reached.');
        });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  try {
    await removeOld(command);
    // A server that listens on a port has an address of this form.
    const { port } = server.address() as AddressInfo;
    const { id, secret } = await createEndpoint(command, `http://127.0.0.1:${port}/`);
    return {
      secret,
      async close() {
        await remove(command, id);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `12:00:01 job.completed Sm9i… version 5`, `12:00:01 budget.reached ana MONTH 80 %`. */
function lineOf(body: string): string {
  const { type, timestamp, data } = JSON.parse(body) as {
    type: string;
    timestamp: string;
    data: { id?: string; version?: number; userId?: string | null; period?: string; percent?: number };
  };
  const job = data.id === undefined ? '' : ` ${data.id} version ${data.version}`;
  const budget = data.percent === undefined ? '' : ` ${data.userId ?? 'installation'} ${data.period} ${data.percent} %`;
  return `${timestamp.slice(11, 19)} ${type}${job}${budget}`;
}

async function forward(url: string | null, headers: IncomingHttpHeaders, body: string) {
  if (url === null) return { status: 200, text: '' };
  const kept = ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const response = await fetch(url, {
    method: 'POST',
    headers: Object.fromEntries(kept.map((name) => [name, String(headers[name] ?? '')])),
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(forwardMs),
  });
  return { status: response.status, text: await response.text() };
}

type Data = Readonly<Record<string, unknown>>;

async function ask({ url, token }: ListenCommand, query: string, variables: Data = {}): Promise<Data> {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ query, variables }),
  }).catch((error: unknown) => {
    throw new ListenRefused(`No gateway answers at ${url}: start one, or set --url.`, { cause: error });
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] };
  if (errors !== undefined || data === undefined) throw new ListenRefused(errors?.[0]?.message ?? 'No data came.');
  return data;
}

/** Everything that happens, as the API names it: `JOB_LATE_VIDEO` is written `job.late_video`. */
const eventTypes = webhookEventTypes
  .filter((type) => type !== 'webhook.test')
  .map((type) => type.replace('.', '_').toUpperCase());

async function createEndpoint(command: ListenCommand, url: string): Promise<{ id: string; secret: string }> {
  const create = `mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
    ... on CreateWebhookEndpointSuccess { secret endpoint { id } } ... on Failure { message } } }`;
  const data = await ask(command, create, { input: { url, description, eventTypes } });
  // The gateway's schema promises these.
  const result = data['createWebhookEndpoint'] as { secret?: string; endpoint?: { id: string }; message?: string };
  if (result.secret === undefined || result.endpoint === undefined)
    throw new ListenRefused(`${result.message} reelgate listen works with a gateway on this machine, in TEST.`);
  return { id: result.endpoint.id, secret: result.secret };
}

async function removeOld(command: ListenCommand): Promise<void> {
  const data = await ask(command, '{ webhookEndpoints { id description } }');
  // The gateway's schema promises this.
  const endpoints = data['webhookEndpoints'] as readonly { id: string; description: string | null }[];
  for (const { id } of endpoints.filter((each) => each.description === description)) await remove(command, id);
}

async function remove(command: ListenCommand, id: string): Promise<void> {
  await ask(command, 'mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) { __typename } }', { id });
}
