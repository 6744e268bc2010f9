import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { plainJson } from './accept.ts';

/** Answers one HTTP request. Rejects only when the client disconnects or the gateway has a fault. */
export type Handle = (request: IncomingMessage, reply: Reply, requestId: string) => Promise<void>;

type Headers = Readonly<Record<string, string>>;

/**
 * A response that is not sent yet, and the headers that it will have in any case, by names in lower case. Headers given when it is sent
 * override them. They are collected here because node writes all at once faster than one by one. `base`: the path of PUBLIC_URL, such as
 * `/reelgate`, or '', for links and sentences.
 */
export type Reply = {
  readonly response: ServerResponse;
  readonly headers: Record<string, string>;
  readonly base: string;
};

/** Sends a response without a body. */
export function sendHead({ response, headers: common }: Reply, status: number, headers: Headers): void {
  response.writeHead(status, { ...common, ...headers });
  response.end();
}

/** Sends a response with a whole body. */
export function sendBody(reply: Reply, status: number, body: string | Buffer, headers: Headers): void {
  const { response, headers: common } = reply;
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...common, ...headers });
  response.end(body);
}

/** Sends JSON that must not be cached. */
export function sendJson(reply: Reply, status: number, body: object, headers: Headers = {}): void {
  const type = { 'content-type': `${plainJson}; charset=utf-8`, 'cache-control': 'no-store' };
  sendBody(reply, status, JSON.stringify(body), { ...type, ...headers });
}

/** Sends one error in the form that GraphQL clients read: `{"errors":[{"message":…}]}`. */
export function sendError(reply: Reply, status: number, error: GraphQLError, headers: Headers = {}): void {
  sendJson(reply, status, { errors: [error] }, headers);
}
