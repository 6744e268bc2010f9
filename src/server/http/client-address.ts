import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../../lib/address.ts';
import type { Subnet } from '../../lib/subnet.ts';

/** The proxies whose word about a request is believed. */
export interface TrustedProxies {
  /** Whether an address is that of a trusted proxy. */
  has(address: string): boolean;
}

/** Trusts the addresses of these ranges. */
export function createTrustedProxies(subnets: readonly Subnet[]): TrustedProxies {
  const list = new BlockList();
  for (const { address, prefix, family } of subnets) list.addSubnet(address, prefix, family);
  return {
    has(address) {
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/**
 * The address of the client that sent a request. Each trusted proxy adds the address that it was called from to the end of
 * X-Forwarded-For; everything before the last address that is not a trusted proxy's may be invented.
 *
 *     connection from 10.0.0.7 (trusted), X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.0.0.8   → 203.0.113.9
 *     connection from 198.51.100.4 (a stranger), X-Forwarded-For: 6.6.6.6                   → 198.51.100.4
 */
export function clientAddressOf(request: IncomingMessage, trusted: TrustedProxies): string {
  let address = peerOf(request);
  const { 'x-forwarded-for': forwarded } = request.headers;
  const hops = forwarded === undefined ? [] : [forwarded].flat().join(',').split(',');
  while (trusted.has(address)) {
    const hop = plainAddress(hops.pop() ?? '');
    if (isIP(hop) === 0) return address;
    address = hop;
  }
  return address;
}

/** Whether X-Forwarded-Host may be believed: the request comes from a trusted proxy or from this machine. */
export function mayForwardHost(request: IncomingMessage, trusted: TrustedProxies): boolean {
  const address = peerOf(request);
  return isLoopback(address) || trusted.has(address);
}

/** The part of an address that one customer has to themselves: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const after = tail?.split(':').filter((group) => group !== '') ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** The address at the other end of the connection; empty where there is none, as for a Unix socket or a closed connection. */
function peerOf({ socket }: IncomingMessage): string {
  return plainAddress(socket.remoteAddress ?? '');
}

/** An address as it is listed: without a port, brackets or a zone, and IPv4 as IPv4 (`::ffff:10.0.0.7` is `10.0.0.7`). */
function plainAddress(text: string): string {
  const [, bracketed, v4] = /^\s*(?:\[([^\]]*)\](?::\d+)?|(\d+(?:\.\d+){3})(?::\d+)?)\s*$/.exec(text) ?? [];
  const address = (bracketed ?? v4 ?? text.trim()).replace(/%.*$/, '');
  return /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1] ?? address;
}
