import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { plainJson } from './accept.ts';

type Headers = Readonly<Record<string, string>>;

/** Answers with a whole body; headers that were set before stay. */
export function sendBody(response: ServerResponse, status: number, body: string | Buffer, headers: Headers): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Answers with JSON, which nobody may keep. */
export function sendJson(response: ServerResponse, status: number, body: object, headers: Headers = {}): void {
  const type = { 'content-type': `${plainJson}; charset=utf-8`, 'cache-control': 'no-store' };
  sendBody(response, status, JSON.stringify(body), { ...type, ...headers });
}

/** Answers with one error, as GraphQL clients read it. */
export function sendError(response: ServerResponse, status: number, error: GraphQLError, headers: Headers = {}): void {
  sendJson(response, status, { errors: [error] }, headers);
}

/** The path of a request's target, without its query; clients of a proxy send the whole URL. */
export function pathOf(target: string | undefined): string {
  const [path = ''] = (target ?? '').replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return path === '' ? '/' : path;
}
