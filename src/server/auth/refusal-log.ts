import { clientTokenPrefix } from '../../credential/client-token.ts';
import { createLogLimit } from '../../lib/log-limit.ts';
import type { Clock, Log } from '../../ports.ts';
import type { Verify } from './auth-result.ts';

/**
 * Logs why credentials are refused, one line a minute for each kind of credential and reason; never the credential. A caller without a
 * credential is not refused here, and `unavailable` has a line of its own where the check failed.
 */
export function withRefusalLog(verify: Verify, { clock, log }: { readonly clock: Clock; readonly log: Log }): Verify {
  const mayLog = createLogLimit(clock);
  return async (authorization) => {
    const authResult = await verify(authorization);
    if (authResult.kind === 'known' || authResult.kind === 'anonymous' || authResult.kind === 'unavailable')
      return authResult;
    const { kind, message, reason = message } = authResult;
    const credential = credentialKindOf(authorization ?? '');
    if (mayLog(`${credential} ${kind} ${reason}`)) {
      // Tokens expire all the time, and clients come back with new ones.
      const level = kind === 'expired' ? 'info' : 'warn';
      const fields = { event: 'credential-refused', credential, result: kind, reason };
      log[level](fields, 'A caller was refused because of its credential; repeated lines are left out for a minute.');
    }
    return authResult;
  };
}

/** What a credential claims to be, by its first characters. */
function credentialKindOf(authorization: string): 'API key' | 'client token' | 'token' | 'authorization' {
  const token = /^\s*Bearer +(\S+)/i.exec(authorization)?.[1];
  if (token === undefined) return 'authorization';
  if (token.startsWith('sk_')) return 'API key';
  return token.startsWith(clientTokenPrefix) ? 'client token' : 'token';
}
