import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { SignJWT } from 'jose';
import { expect } from 'vitest';
import type { Gateway, Subject, Viewer } from '../../src/gateway/gateway.ts';
import type { Log } from '../../src/ports.ts';
import { openServer, type Server, type ServerOptions } from '../../src/server/server.ts';
import { createManualClock, type ManualClock } from '../world/clock.ts';
import { createTestSchema } from './schema.ts';

/** The logged lines, by level, with their fields. */
type LogLine = { readonly level: string; readonly message: string; readonly fields: Record<string, unknown> };

/** A server on a free port, with everything around it. */
export type World = {
  readonly server: Server;
  readonly url: string;
  readonly clock: ManualClock;
  readonly lines: LogLine[];
  /** The users whose accounts were ensured, in order. */
  readonly users: Subject[];
  /** How many of the schema's subscription streams are open. */
  readonly open: () => number;
  /** How many long texts were created. */
  readonly texts: () => number;
  close(): Promise<void>;
};

/** A JWT secret for tests. */
export const secret = 'a secret of the tests, long enough for HS256';

/** Tokens are signed with the secret; issuer and audience are not checked. */
export const tokens = { kind: 'secret', secret, issuer: null, audience: null, liveEnabled: false } as const;

/** Opens a server with a small schema of its own. Demo mode by default. */
export async function openWorld(options: Partial<ServerOptions> = {}): Promise<World> {
  const clock = createManualClock();
  const lines: LogLine[] = [];
  const users: Subject[] = [];
  const streams = { open: 0, texts: 0 };
  const server = await openServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: (port) => `http://127.0.0.1:${port}`,
    identity: { kind: 'demo', liveEnabled: false },
    allowedOrigins: [],
    requestsPerMinute: 3000,
    socketsPerUser: 20,
    operationsPerSocket: 100,
    schema: createTestSchema(streams),
    gateway: createFakeGateway(users),
    clock,
    log: createTestLog(lines),
    ready: () => Promise.resolve(),
    sandbox: async (_, response) => void response.end('sandbox'),
    ...options,
  });
  return {
    server,
    url: `http://127.0.0.1:${server.port}`,
    clock,
    lines,
    users,
    open: () => streams.open,
    texts: () => streams.texts,
    async close() {
      const closing = server.close();
      // A connection that has not sent a request yet is cut after a second; only the test moves its clock.
      await clock.advance(2000);
      await closing;
    },
  };
}

/** Signs a token by the manual clock's time. */
export function tokenOf(claims: Record<string, unknown> = {}, expiresAt = '2026-01-01T01:00:00Z'): Promise<string> {
  return new SignJWT({ sub: 'ada', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(new Date(expiresAt))
    .sign(new TextEncoder().encode(secret));
}

/** Waits until an expectation holds, even on a busy machine. */
export function eventually<Value>(value: () => Value) {
  return expect.poll(value, { timeout: 60_000, interval: 20 });
}

/** Parsed JSON of any shape: a test reads any member, and its expectations are the check. */
export type Loose = ReturnType<JSON['parse']>;

/** Sends one operation by POST, with any additional members and headers. */
export function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string; body: Loose }> {
  return read(
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}

/** Reads a response, as JSON if it is JSON. */
export async function read(
  answer: Promise<Response>,
): Promise<{ status: number; headers: Headers; text: string; body: Loose }> {
  const response = await answer;
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
}

function createFakeGateway(users: Subject[]): Gateway {
  const gateway = {
    async ensureAccount(subject: Subject): Promise<Viewer> {
      users.push(subject);
      return { ...subject, accountId: 'a' };
    },
  };
  // The server calls no other method.
  return gateway as unknown as Gateway;
}

function createTestLog(lines: LogLine[]): Log {
  const at = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, message, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Sends a raw request, with header fields that fetch would reject and its body in chunks. */
export function send(
  url: string,
  {
    path = '/graphql',
    method = 'GET',
    headers = {},
    body = [],
  }: { path?: string; method?: string; headers?: Record<string, string>; body?: readonly string[] } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string; body: Loose }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}${path}`, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const isJson = response.headers['content-type']?.includes('json') === true && text !== '';
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, text, body: isJson ? JSON.parse(text) : null });
      });
      response.on('error', reject);
    });
    request.on('error', reject);
    for (const chunk of body) request.write(chunk);
    request.end();
  });
}
