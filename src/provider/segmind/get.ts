import { Pool } from 'undici';
import { type Reply, readAnswer, reasonOf } from './answer.ts';

/** Sends GETs over connections that are kept. */
export type Getter = {
  /** Never follows a redirect, never rejects; `signal` ends it, body included. */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reply>;
  /** Cuts what is under way. */
  close(): Promise<void>;
};

const maxConnections = 128;

/** Opens a pool of HTTP/1.1 connections to one origin; URLs of any other are not for it. */
export function openGetter(origin: string, connectMs: number): Getter {
  const pool = new Pool(origin, {
    connections: maxConnections,
    connect: { timeout: connectMs },
    // The caller's signal ends a request: one end for connecting, head and body together.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async get(url, headers, signal) {
      try {
        const response = await pool.request({ method: 'GET', path: url.pathname + url.search, headers, signal });
        return { type: 'answered', answer: await readAnswer(response.statusCode, response.headers, response.body) };
      } catch (error) {
        return { type: 'unanswered', reason: reasonOf(error) };
      }
    },
    close: () => pool.destroy(),
  };
}
