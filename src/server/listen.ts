import { once } from 'node:events';
import type { Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withTimeout } from '../lib/timeout.ts';
import type { Clock } from '../ports.ts';

/** Why the server cannot listen on an address, as a sentence for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Listens on HOST and PORT (0: any free one), which `setting` chooses. Fulfils with the bound port; rejects with a ListenError where it
 * cannot listen.
 */
export async function listenAt(http: Server, host: string, port: number, setting = 'PORT'): Promise<number> {
  http.listen(port, host);
  try {
    await once(http, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new ListenError(sentenceOf(code, host, `${port}`, setting), { cause: error });
  }
  const address = http.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

const closeWithinMs = 1000;

/** Stops listening and closes idle connections; running requests have one more second. */
export async function stopListening(http: Server, clock: Clock): Promise<void> {
  // The system has accepted connections that node has not seen yet; closing now would reset them.
  await nextTurn();
  await nextTurn();
  const closed = once(http, 'close');
  // A connection whose response ends from now on is closed at once, not kept for another request.
  http.keepAliveTimeout = 1;
  http.close();
  http.closeIdleConnections();
  if ((await withTimeout(closed, closeWithinMs, clock)) === 'late') http.closeAllConnections();
  await closed;
}

const hostAdvice = 'use one of its own, such as 127.0.0.1, or 0.0.0.0 for all of them.';

function sentenceOf(code: string, host: string, port: string, setting: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `The address ${host}:${port} is already in use; choose another ${setting}.`;
    case 'EADDRNOTAVAIL':
      return `HOST ${host} is not an address of this machine; ${hostAdvice}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST ${host} cannot be resolved (${code}): use an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.`;
    case 'EACCES':
      return `This user may not listen on ${host}:${port}; choose a ${setting} above 1023.`;
    default:
      return `The gateway cannot listen on ${host}:${port} (${code}).`;
  }
}
