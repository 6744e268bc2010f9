import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { signedContentOf, signedHeadersOf, webhookSecretPrefix } from '../domain/webhook-signature.ts';
import type { WebhookSecrets } from '../ports/webhook.ts';

/** What secrets are encrypted with. */
export type WebhookSecretOptions = {
  /** WEBHOOK_SECRET_KEY: the first encrypts, all decrypt. Empty: the database's secret alone. */
  readonly keys: readonly string[];
  /** The database's own secret, which decrypts what was stored before a key was set. */
  readonly databaseSecret: Uint8Array;
};

/** A key, and the four bytes by which what it has encrypted is known again. */
type SealingKey = { readonly key: Buffer; readonly name: Buffer };

const nameBytes = 4;

const nonceBytes = 12;

const tagBytes = 16;

/**
 * Secrets of webhook endpoints. A secret is `whsec_` and the base64 of 24 random bytes. It is stored as
 *
 *   key's name (4 bytes) · nonce (12 bytes) · AES-256-GCM of the 24 bytes · tag (16 bytes)
 *
 * with the endpoint's id as associated data, so that no row can be given another row's secret. Keys come from HKDF-SHA-256.
 */
export function createWebhookSecrets({ keys, databaseSecret }: WebhookSecretOptions): WebhookSecrets {
  const all = [...keys.map((key) => Buffer.from(key)), databaseSecret].map(keyOf);
  const [first] = all;

  function seal(endpointId: string, secret: Buffer): Uint8Array {
    if (first === undefined) throw new Error('There is no key for the secrets of webhooks');
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', first.key, nonce).setAAD(Buffer.from(endpointId));
    return Buffer.concat([first.name, nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** Null if no key opens it. */
  function open(endpointId: string, sealed: Uint8Array): Buffer | null {
    const bytes = Buffer.from(sealed);
    const name = bytes.subarray(0, nameBytes);
    const nonce = bytes.subarray(nameBytes, nameBytes + nonceBytes);
    const known = all.find((each) => each.name.equals(name));
    if (known === undefined || bytes.length < nameBytes + nonceBytes + tagBytes) return null;
    const decipher = createDecipheriv('aes-256-gcm', known.key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(endpointId)).setAuthTag(bytes.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(nameBytes + nonceBytes, -tagBytes)), decipher.final()]);
    } catch {
      return null;
    }
  }

  return {
    create(endpointId) {
      const secret = randomBytes(24);
      return { shown: webhookSecretPrefix + secret.toString('base64'), sealed: seal(endpointId, secret) };
    },
    sign({ id, secret, previousSecret, previousSecretUntil }, message) {
      const opened = open(id, secret);
      if (opened === null) return null;
      const isOverlapping = previousSecret !== null && message.at < (previousSecretUntil ?? 0);
      // One that cannot be read was rotated because of that: the new one must not wait for it.
      const previous = isOverlapping ? open(id, previousSecret) : null;
      return signedWith(previous === null ? [opened] : [opened, previous], message);
    },
  };
}

/** The headers of a message, signed with a secret as its owner sees it (`whsec_…`). */
export function signedBy(shown: string, message: Parameters<WebhookSecrets['sign']>[1]) {
  return signedWith([Buffer.from(shown.replace(webhookSecretPrefix, ''), 'base64')], message);
}

function signedWith(secrets: readonly Buffer[], { id, at, body }: Parameters<WebhookSecrets['sign']>[1]) {
  const seconds = Math.floor(at / 1000);
  const content = signedContentOf(id, seconds, body);
  const signatures = secrets.map((secret) => createHmac('sha256', secret).update(content).digest('base64'));
  return signedHeadersOf(id, seconds, signatures);
}

function keyOf(secret: Uint8Array): SealingKey {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'reelgate webhook secret 1', 32));
  return { key, name: createHash('sha256').update(key).digest().subarray(0, nameBytes) };
}
