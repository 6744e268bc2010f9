import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../ports.ts';
import { type LimitReport, reported } from '../auth/limit-report.ts';
import { createRateLimit } from '../auth/limits.ts';
import { clientAddressOf, networkOf, type TrustedProxies } from './client-address.ts';

/** Counts a request without a token. Returns 0 where it may run, else the seconds until the next one may. */
export type AnonymousLimit = (request: IncomingMessage) => number;

const defaultRequests = 120;

/** A limit for each address from which requests without a token come: `requestsPerMinute`, 120 by default. */
export function createAnonymousLimit(
  proxies: TrustedProxies,
  { limits, clock }: { readonly limits: LimitReport; readonly clock: Clock },
  requestsPerMinute = defaultRequests,
): AnonymousLimit {
  const limit = reported(createRateLimit(requestsPerMinute, clock), {
    limits,
    kind: 'anonymous_requests',
    perMinute: requestsPerMinute,
  });
  return (request) => limit(networkOf(clientAddressOf(request, proxies)));
}
