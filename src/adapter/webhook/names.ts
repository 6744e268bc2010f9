import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { Target } from './guard.ts';

/** What tests bring instead of the system's: a resolver, or servers of names such as `127.0.0.1:5300`. */
export type NameOptions = { readonly lookup?: LookupFunction; readonly nameServers?: readonly string[] };

/** How long a server of names has for its answer. It is asked twice. */
const answerMs = 2500;

/** What a lookup without an answer ends with: the name exists nowhere, or nobody could say. */
const codes = { nowhere: 'ENOTFOUND', unknown: 'EAI_AGAIN' } as const;

const nowhereCodes: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

type Callback = Parameters<LookupFunction>[2];

/**
 * Creates the function that chooses how a target's name is looked up.
 *
 * `dns.lookup` of Node runs on two threads that all lookups of the process share, and nothing ends it: two names whose servers do not
 * answer would stop everybody's webhooks, and the provider's API too. Names of the Internet, which any user may enter, are therefore
 * asked of the servers of names directly. Hosts that the operator allows, and those of a gateway of one machine, may stand in /etc/hosts.
 */
export function createNames({ lookup, nameServers }: NameOptions): (scope: Target['scope']) => LookupFunction {
  const ofSystem = shared(lookup ?? systemLookup);
  const ofInternet = lookup === undefined ? shared(internetLookup(nameServers)) : ofSystem;
  return (scope) => (scope === 'public' ? ofInternet : ofSystem);
}

/** Attempts at the same name wait for one lookup: a name that is slow has one at a time, however much is queued for it. */
function shared(lookup: LookupFunction): LookupFunction {
  const waiting = new Map<string, Callback[]>();
  return (host, options, callback) => {
    const others = waiting.get(host);
    if (others !== undefined) {
      others.push(callback);
      return;
    }
    const all = [callback];
    waiting.set(host, all);
    lookup(host, options, (...found) => {
      waiting.delete(host);
      for (const each of all) each(...found);
    });
  };
}

/** Asks the servers of names, without a thread. */
function internetLookup(nameServers: readonly string[] | undefined): LookupFunction {
  return (host, _options, callback) => {
    // A new one reads which servers there are now.
    const resolver = new Resolver({ timeout: answerMs, tries: 2 });
    if (nameServers !== undefined) resolver.setServers(nameServers);
    addressesOf(host, resolver).then(
      (found) => callback(null, found),
      (error: Error) => callback(error, ''),
    );
  };
}

/** All addresses of a host, at least one. Rejects with one of the codes. */
async function addressesOf(host: string, resolver: Resolver): Promise<LookupAddress[]> {
  const results = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = results.flatMap((result, at): LookupAddress[] =>
    result.status === 'rejected' ? [] : result.value.map((address) => ({ address, family: at === 0 ? 4 : 6 })),
  );
  if (found.length > 0) return found;
  const isNowhere = results.every((result) => result.status === 'fulfilled' || nowhereCodes.has(codeOf(result.reason)));
  const code = isNowhere ? codes.nowhere : codes.unknown;
  throw Object.assign(new Error(`${code} ${host}`), { code });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
