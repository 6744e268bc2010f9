import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { plainJson } from './accept.ts';

/** Answers one HTTP request; rejects only where the client went away or something of ours is broken. */
export type Handle = (request: IncomingMessage, reply: Reply, requestId: string) => Promise<void>;

type Headers = Readonly<Record<string, string>>;

/**
 * A response, and the header fields that go with whatever is answered, by names in lower case; an answer's own come before them. They are
 * kept beside it until it is sent: node takes all of them at once with less work than one by one.
 */
export type Reply = { readonly response: ServerResponse; readonly headers: Record<string, string> };

/** Answers without a body. */
export function sendHead({ response, headers: common }: Reply, status: number, headers: Headers): void {
  response.writeHead(status, { ...common, ...headers });
  response.end();
}

/** Answers with a whole body. */
export function sendBody(reply: Reply, status: number, body: string | Buffer, headers: Headers): void {
  const { response, headers: common } = reply;
  response.writeHead(status, { ...common, ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Answers with JSON, which nobody may keep. */
export function sendJson(reply: Reply, status: number, body: object, headers: Headers = {}): void {
  const type = { 'content-type': `${plainJson}; charset=utf-8`, 'cache-control': 'no-store' };
  sendBody(reply, status, JSON.stringify(body), { ...type, ...headers });
}

/** Answers with one error, as GraphQL clients read it. */
export function sendError(reply: Reply, status: number, error: GraphQLError, headers: Headers = {}): void {
  sendJson(reply, status, { errors: [error] }, headers);
}
