import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../domain/access.ts';
import type { Environment } from '../domain/job.ts';

/** The parts of an API key's text. */
export type ShownKey = { readonly environment: Environment; readonly id: string; readonly secret: Buffer };

const secretBytes = 32;

const prefixes: Readonly<Record<Environment, string>> = { LIVE: 'sk_live_', TEST: 'sk_test_' };

/** A new secret of 32 random bytes. */
export function newSecret(): Buffer {
  return randomBytes(secretBytes);
}

/** A key's public name for lists and the log: `sk_test_` and the 32 hexadecimal digits of its id. */
export function keyNameOf({ environment, id }: Pick<ApiKey, 'environment' | 'id'>): string {
  return prefixes[environment] + id.replaceAll('-', '');
}

/** A key's whole text: its name, `_` and the secret in base64url. */
export function keyTextOf({ environment, id, secret }: ShownKey): string {
  return `${keyNameOf({ environment, id })}_${secret.toString('base64url')}`;
}

/** Parses a key's text; null unless it is exactly what `keyTextOf` writes. */
export function readKeyText(text: string): ShownKey | null {
  const [, name = '', secretText = ''] = /^(sk_[a-z]{4}_[0-9a-f]{32})_([\w-]{43})$/.exec(text) ?? [];
  const named = readKeyName(name);
  if (named === null) return null;
  const shown = { ...named, secret: Buffer.from(secretText, 'base64url') };
  return keyTextOf(shown) === text ? shown : null;
}

/** Parses a key's public name; null if it is not one. */
export function readKeyName(name: string): Pick<ApiKey, 'environment' | 'id'> | null {
  const [, prefix, hex = ''] = /^(sk_[a-z]{4}_)([0-9a-f]{32})$/.exec(name) ?? [];
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  if (prefix === prefixes.TEST) return { environment: 'TEST', id };
  return prefix === prefixes.LIVE ? { environment: 'LIVE', id } : null;
}

/** The hash of a secret that is stored. The secret is random and cannot be guessed, so one SHA-256 is enough. */
export function secretHashOf(secret: Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Whether a secret matches a stored hash, in constant time. */
export function isSecretOf(secret: Uint8Array, secretHash: Uint8Array): boolean {
  return timingSafeEqual(secretHashOf(secret), secretHash);
}
