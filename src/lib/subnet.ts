import { isIP } from 'node:net';

/** A range of addresses: `10.0.0.0/8` is `{ address: '10.0.0.0', prefix: 8, family: 'ipv4' }`. One address is a range of its own. */
export type Subnet = { readonly address: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' };

/** Parses an address such as `10.0.0.7` or `fd00::1`, or a range of them such as `10.0.0.0/8` (CIDR). Null where it is neither. */
export function parseSubnet(text: string): Subnet | null {
  const [, address = '', digits] = /^([\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return null;
  const bits = version === 4 ? 32 : 128;
  const prefix = digits === undefined ? bits : Number(digits);
  return prefix > bits ? null : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}
