import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Context } from '../../schema/context.ts';
import type { Viewer } from '../../src/gateway/gateway.ts';
import { createVerifier } from '../../src/server/auth/identity.ts';
import type { ServerOptions } from '../../src/server/server.ts';

/** graphql-ws's own server on graphql-js with our schema, set up as its documentation shows. Its output is the reference. */
export async function openReference({
  schema,
  gateway,
  identity,
  clock,
  log,
}: Pick<ServerOptions, 'schema' | 'gateway' | 'identity' | 'clock' | 'log'>): Promise<{
  readonly url: string;
  close(): Promise<void>;
}> {
  const { verify } = createVerifier(identity, { clock, log });
  const viewers = new WeakMap<WebSocket, Viewer>();
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, path: '/graphql' });
  const closer = useServer<{ authorization: string }>(
    {
      schema,
      async onConnect({ connectionParams, extra: { socket } }) {
        const authResult = await verify(connectionParams?.authorization);
        if (authResult.kind === 'known') viewers.set(socket, await gateway.ensureAccount(authResult.viewer));
        return authResult.kind === 'known';
      },
      context: ({ extra: { socket } }): Context => ({ viewer: viewers.get(socket) ?? null, gateway }),
    },
    sockets,
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async close() {
      await closer.dispose();
      http.close();
    },
  };
}
