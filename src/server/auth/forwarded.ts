import type { IncomingMessage } from 'node:http';

/** What a proxy reports about the request that it got from the client. */
export type Forwarded = {
  /** The hosts that it was sent to, lower case, with ports: one for each proxy on the way that adds one. */
  readonly hosts: readonly string[];
  /** Whether it came over TLS; null where no proxy says so. */
  readonly isSecure: boolean | null;
};

const nothing: Forwarded = { hosts: [], isSecure: null };

/**
 * Reads X-Forwarded-Host and X-Forwarded-Proto where the sender may be believed, otherwise nothing.
 *
 *     X-Forwarded-Host: localhost:5173                           → hosts: localhost:5173
 *     X-Forwarded-Port: 5173, without a host (as http-proxy      → hosts: localhost:5173, 127.0.0.1:5173, [::1]:5173
 *     writes it for WebSockets)
 */
export function readForwarded(request: IncomingMessage, isBelieved: (request: IncomingMessage) => boolean): Forwarded {
  const [host, port, proto] = ['host', 'port', 'proto'].map((name) => valuesOf(request, name));
  if (host === undefined || port === undefined || proto === undefined) return nothing;
  if (host.length + port.length + proto.length === 0 || !isBelieved(request)) return nothing;
  const isSecure = proto.length === 0 ? null : proto.every((each) => each === 'https' || each === 'wss');
  return { hosts: host.length > 0 ? host : port.flatMap(loopbackHostsAt), isSecure };
}

function valuesOf({ headers }: IncomingMessage, name: string): readonly string[] {
  return [headers[`x-forwarded-${name}`] ?? []]
    .flat()
    .join(',')
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** A port alone says nothing about other machines. */
function loopbackHostsAt(port: string): readonly string[] {
  return /^\d{1,5}$/.test(port) ? ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`) : [];
}
