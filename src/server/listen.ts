import { once } from 'node:events';
import type { Server } from 'node:http';

/** Why an address cannot be listened on, as a sentence for the operator who starts the gateway. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Listens at HOST and PORT, 0 for any free one; fulfils with the bound port, rejects with a ListenError where the address cannot be had. */
export async function listenAt(http: Server, host: string, port: number): Promise<number> {
  http.listen(port, host);
  try {
    await once(http, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new ListenError(sentenceOf(code, host, port), { cause: error });
  }
  const address = http.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function sentenceOf(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `The address ${host}:${port} is already in use; choose another PORT.`;
    case 'EADDRNOTAVAIL':
      return `HOST ${host} is no address of this machine; let it be one, such as 127.0.0.1, or 0.0.0.0 for all of them.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST ${host} cannot be resolved (${code}); let it be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.`;
    case 'EACCES':
      return `The address ${host}:${port} may not be listened on by this user; choose a PORT above 1023.`;
    default:
      return `The address ${host}:${port} cannot be listened on (${code}).`;
  }
}
