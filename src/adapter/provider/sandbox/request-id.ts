import { createHmac, timingSafeEqual } from 'node:crypto';
import { isScriptName, type ScriptName } from '../../../domain/sandbox-prompt.ts';
import { isRatio, type Ratio } from './video-files.ts';

/** A request that the sandbox has accepted. Its id is its only record. */
export type SandboxRequest = {
  readonly startedAt: number;
  readonly script: ScriptName;
  readonly lifeMs: number;
  readonly ratio: Ratio;
  /** 16 hex digits that make the id unique. */
  readonly nonce: string;
  /** The words with which it fails, of at most 300 bytes; null for the script's own. */
  readonly text: string | null;
};

/** A request's id: its fields as plain text, then a MAC (HMAC-SHA-256 truncated to 128 bits) that needs the key. URL-safe. */
export function requestIdOf(request: SandboxRequest, key: Uint8Array): string {
  const { startedAt, script, lifeMs, ratio, nonce, text } = request;
  const fields = [
    startedAt.toString(36),
    script.replace(':', '-'),
    lifeMs.toString(36),
    ratio.replace(':', 'x'),
    nonce,
    ...(text === null ? [] : [Buffer.from(text).toString('base64url')]),
  ].join('_');
  return `${fields}_${macOf(fields, key)}`;
}

/** The request that an id describes; null unless `requestIdOf` made the id with this key. */
export function readRequestId(id: string, key: Uint8Array): SandboxRequest | null {
  const split = id.lastIndexOf('_');
  if (split < 0 || id.length > maxIdCharacters) return null;
  const fields = id.slice(0, split);
  if (!sameText(id.slice(split + 1), macOf(fields, key))) return null;
  const [startedAt = '', scriptText = '', lifeMs = '', ratioText = '', nonce = '', ...textParts] = fields.split('_');
  const script = scriptText.replace('-', ':');
  const ratio = ratioText.replace('x', ':');
  // Another version of the gateway, with other scripts, may have signed it.
  if (!isScriptName(script) || !isRatio(ratio)) return null;
  // Base64 for URLs has underscores of its own.
  const text = textParts.length === 0 ? null : Buffer.from(textParts.join('_'), 'base64url').toString();
  return { startedAt: Number.parseInt(startedAt, 36), script, lifeMs: Number.parseInt(lifeMs, 36), ratio, nonce, text };
}

/** The gateway keeps no longer ids. */
const maxIdCharacters = 512;

function macOf(fields: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(fields).digest('hex').slice(0, 32);
}

function sameText(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
