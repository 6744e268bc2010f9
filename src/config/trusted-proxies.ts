import { parseSubnet, type Subnet } from '../lib/subnet.ts';
import { type Settings, shownItem } from './env.ts';

/** Reads TRUSTED_PROXIES: the addresses and ranges of proxies, comma separated. */
export function readTrustedProxies({ text, refuse }: Settings): readonly Subnet[] {
  const value = text('TRUSTED_PROXIES') ?? '';
  const listed = value.split(',').map((each) => each.trim());
  const proxies: Subnet[] = [];
  for (const each of listed.filter((one) => one !== '')) {
    const subnet = parseSubnet(each);
    if (subnet !== null) proxies.push(subnet);
    else
      refuse(
        'TRUSTED_PROXIES',
        `must list addresses or ranges such as 10.0.0.7 or 10.0.0.0/8, comma separated; ${shownItem(each, value)} is neither.`,
      );
  }
  return proxies;
}
