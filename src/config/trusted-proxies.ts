import { parseSubnet, type Subnet } from '../lib/subnet.ts';
import type { Settings } from './env.ts';

/** Reads TRUSTED_PROXIES: the addresses and ranges of proxies, comma separated. */
export function readTrustedProxies({ text, refuse }: Settings): readonly Subnet[] {
  const listed = (text('TRUSTED_PROXIES') ?? '').split(',').map((each) => each.trim());
  const proxies: Subnet[] = [];
  for (const each of listed.filter((one) => one !== '')) {
    const subnet = parseSubnet(each);
    if (subnet !== null) proxies.push(subnet);
    else
      refuse(
        'TRUSTED_PROXIES',
        `must list addresses or ranges such as 10.0.0.7 or 10.0.0.0/8, comma separated; "${each}" is neither.`,
      );
  }
  return proxies;
}
