import ipaddr from 'ipaddr.js';

/** Where the gateway may connect to, for a video or a webhook. `public`: the Internet. `loopback`: this machine, too. */
export type AddressScope = 'public' | 'loopback';

/** The prefix that networks with NAT64 put before the IPv4 address of a host (RFC 6052). */
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** Whoever connects to IPv6 addresses outside of these reaches no host of the Internet. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether the gateway may connect to an IP address, in any spelling; false for a text that is none. */
export function isAllowedAddress(text: string, scope: AddressScope): boolean {
  // A zone, as in fe80::1%eth0, belongs to local addresses only.
  if (!ipaddr.isValid(text)) return false;
  // An IPv4 address within an IPv6 one, as in ::ffff:10.0.0.1, becomes plain.
  const address = plainOf(ipaddr.process(text));
  const range = address.range();
  if (range === 'loopback') return scope === 'loopback';
  if (range !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(globalUnicast);
}

/** A NAT64 address leads to the IPv4 address in its last four bytes. */
function plainOf(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.kind() === 'ipv4' || !address.match(nat64)) return address;
  return new ipaddr.IPv4(address.toByteArray().slice(-4));
}
