import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../domain/access.ts';
import type { Environment } from '../domain/job.ts';

/** An API key as its holder shows it, taken apart. */
export type ShownKey = { readonly environment: Environment; readonly id: string; readonly secret: Buffer };

const secretBytes = 32;

const prefixes: Readonly<Record<Environment, string>> = { LIVE: 'sk_live_', TEST: 'sk_test_' };

/** A new secret of 32 random bytes. */
export function newSecret(): Buffer {
  return randomBytes(secretBytes);
}

/** The part of a key that is no secret and names it, in lists and in the log: `sk_test_` and the 32 hexadecimal digits of its id. */
export function keyNameOf({ environment, id }: Pick<ApiKey, 'environment' | 'id'>): string {
  return prefixes[environment] + id.replaceAll('-', '');
}

/** The key as its holder keeps it: its name, `_` and the secret in base64url. */
export function keyTextOf({ environment, id, secret }: ShownKey): string {
  return `${keyNameOf({ environment, id })}_${secret.toString('base64url')}`;
}

/** Takes a key apart; null where it is not, letter for letter, what `keyTextOf` writes. */
export function readKeyText(text: string): ShownKey | null {
  const [, name = '', secretText = ''] = /^(sk_[a-z]{4}_[0-9a-f]{32})_([\w-]{43})$/.exec(text) ?? [];
  const named = readKeyName(name);
  if (named === null) return null;
  const shown = { ...named, secret: Buffer.from(secretText, 'base64url') };
  return keyTextOf(shown) === text ? shown : null;
}

/** The key that a name stands for; null where it is none. */
export function readKeyName(name: string): Pick<ApiKey, 'environment' | 'id'> | null {
  const [, prefix, hex = ''] = /^(sk_[a-z]{4}_)([0-9a-f]{32})$/.exec(name) ?? [];
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  if (prefix === prefixes.TEST) return { environment: 'TEST', id };
  return prefix === prefixes.LIVE ? { environment: 'LIVE', id } : null;
}

/** What is kept of a secret. It is random, so one SHA-256 is enough: there is nothing to guess from. */
export function secretHashOf(secret: Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Whether a secret is the one that was kept; takes as long whatever the answer. */
export function isSecretOf(secret: Uint8Array, secretHash: Uint8Array): boolean {
  return timingSafeEqual(secretHashOf(secret), secretHash);
}
