import { hash } from 'node:crypto';
import { createLruCache } from '../../lib/lru-cache.ts';
import type { Clock } from '../../ports.ts';
import type { AuthResult } from './auth-result.ts';

/** A result that holds while `validity` does: the keys that signed the token, and the time until which it is kept (monotonic ms). */
type Kept = { readonly result: Extract<AuthResult, { kind: 'known' }>; readonly keys: object; readonly until: number };

/** How long the result of a token of one kind may be kept. */
export type Lifetime = {
  /** A result is kept while this returns the same object; null: not kept. */
  readonly keys: () => object | null;
  /** At most this long; Infinity: until the token expires. */
  readonly keptMs: number;
};

/** Tokens that have been verified, so that each is verified once. */
export interface VerifiedTokens {
  /** Returns the kept result of a token, or verifies it. Equal tokens that arrive meanwhile share the same verification. */
  verified(token: string, lifetime: Lifetime, verify: () => Promise<AuthResult>): Promise<AuthResult>;
  /** Forgets all. A verification that is under way is not kept, and later tokens do not share it. */
  forget(): void;
}

/** About 5 MB at worst. */
const keptTokens = 10_000;

/**
 * Keeps results of valid tokens, by the SHA-256 of the token: the memory of the process never holds a list of tokens.
 *
 *   unknown   ── verified, valid ──────────────────────► kept
 *   unknown   ── verified, not valid ──────────────────► unknown: a refusal is never kept
 *   kept      ── expired, other keys, kept for too long ► unknown
 *   kept      ── 10,000 others used since, or forgotten ► unknown
 */
export function createVerifiedTokens(clock: Pick<Clock, 'now' | 'monotonic'>): VerifiedTokens {
  const known = createLruCache<Kept>(keptTokens);
  let underWay = new Map<string, Promise<AuthResult>>();

  function isValid({ result, keys, until }: Kept, lifetime: Lifetime): boolean {
    const { expiresAt } = result;
    return clock.monotonic() < until && (expiresAt === null || clock.now() < expiresAt) && keys === lifetime.keys();
  }

  async function verifyNow(id: string, lifetime: Lifetime, verify: () => Promise<AuthResult>): Promise<AuthResult> {
    const [keys, until, sharing] = [lifetime.keys(), clock.monotonic() + lifetime.keptMs, underWay];
    const result = await verify();
    // Keys that were replaced meanwhile may not have been the ones that it was verified with.
    const isKept = keys !== null && keys === lifetime.keys() && sharing === underWay;
    if (isKept && result.kind === 'known') known.set(id, { result, keys, until });
    return result;
  }

  return {
    async verified(token, lifetime, verify) {
      const id = hash('sha256', token, 'base64');
      const kept = known.get(id);
      if (kept !== undefined && isValid(kept, lifetime)) return kept.result;
      known.delete(id);
      const sharing = underWay;
      const shared = sharing.get(id);
      if (shared !== undefined) return shared;
      const verifying = verifyNow(id, lifetime, verify).finally(() => void sharing.delete(id));
      sharing.set(id, verifying);
      return verifying;
    },
    forget() {
      known.clear();
      underWay = new Map();
    },
  };
}
