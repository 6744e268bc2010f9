import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { createWebhookSecrets } from '../../src/credential/webhook-secret.ts';

const databaseSecret = new Uint8Array(32).fill(7);

const id = 'endpoint-1';

const message = { id: 'msg_1', at: 1_800_000_000_500, body: '{"type":"job.completed"}' };

const [first, second] = ['a key of at least thirty-two bytes', 'another key of thirty-two bytes!!'];

const endpointOf = (secret: Uint8Array) => ({ id, secret, previousSecret: null, previousSecretUntil: null });

/** Whether a shown secret verifies some headers, by the published package; its clock is the real one. */
function verifies(shown: string, headers: Readonly<Record<string, string>>, body = message.body): boolean {
  try {
    new Webhook(shown).verify(body, { ...headers });
    return true;
  } catch {
    return false;
  }
}

describe('the secret of an endpoint', () => {
  test('is whsec_ and 24 random bytes, and its encryption shows nothing of it', () => {
    const secrets = createWebhookSecrets({ keys: [], databaseSecret });
    const [one, other] = [secrets.create(id), secrets.create(id)];
    expect(one.shown).not.toBe(other.shown);
    const bytes = Buffer.from(one.shown.replace(/^whsec_/, ''), 'base64');
    expect(bytes).toHaveLength(24);
    expect(Buffer.from(one.sealed).includes(bytes)).toBe(false);
    expect(Buffer.from(one.sealed).includes(bytes.toString('base64'))).toBe(false);
  });

  test('signs what the published package verifies, in whole seconds', () => {
    const secrets = createWebhookSecrets({ keys: [first], databaseSecret });
    const { shown, sealed } = secrets.create(id);
    const now = { ...message, at: Date.now() };
    const headers = secrets.sign(endpointOf(sealed), now);
    expect(headers).toMatchObject({ 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(now.at / 1000)) });
    expect(verifies(shown, headers ?? {})).toBe(true);
    expect(verifies(shown, headers ?? {}, `${message.body} `)).toBe(false);
    expect(verifies(secrets.create(id).shown, headers ?? {})).toBe(false);
  });

  test('signs beside the new one until the overlap ends', () => {
    const secrets = createWebhookSecrets({ keys: [], databaseSecret });
    const [old, now] = [secrets.create(id), secrets.create(id)];
    const at = Date.now();
    const rotated = { id, secret: now.sealed, previousSecret: old.sealed, previousSecretUntil: at + 1 };
    const both = secrets.sign(rotated, { ...message, at }) ?? {};
    expect(both['webhook-signature']).toMatch(/^v1,[\w+/=]{44} v1,[\w+/=]{44}$/);
    expect([old, now].map(({ shown }) => verifies(shown, both))).toEqual([true, true]);
    const later = secrets.sign(rotated, { ...message, at: at + 1 }) ?? {};
    expect([old, now].map(({ shown }) => verifies(shown, later))).toEqual([false, true]);
  });

  test('is read with the key before, and with the database’s own once a key was set; not without its key', () => {
    const plain = createWebhookSecrets({ keys: [], databaseSecret });
    const keyed = createWebhookSecrets({ keys: [first], databaseSecret });
    const renewed = createWebhookSecrets({ keys: [second, first], databaseSecret });
    const stored = endpointOf(plain.create(id).sealed);
    const sealed = endpointOf(keyed.create(id).sealed);
    for (const each of [plain, keyed, renewed]) expect(each.sign(stored, message)).not.toBeNull();
    for (const each of [keyed, renewed]) expect(each.sign(sealed, message)).toEqual(keyed.sign(sealed, message));
    expect(plain.sign(sealed, message)).toBeNull();
    expect(createWebhookSecrets({ keys: [second], databaseSecret }).sign(sealed, message)).toBeNull();
  });

  test('signs at once after a rotation, if the one before it cannot be read because its key is gone', () => {
    const old = createWebhookSecrets({ keys: [first], databaseSecret }).create(id);
    const secrets = createWebhookSecrets({ keys: [second], databaseSecret });
    const now = secrets.create(id);
    const at = Date.now();
    const rotated = { id, secret: now.sealed, previousSecret: old.sealed, previousSecretUntil: at + 60_000 };
    const headers = secrets.sign(rotated, { ...message, at }) ?? {};
    expect([old, now].map(({ shown }) => verifies(shown, headers))).toEqual([false, true]);
    expect(secrets.sign({ ...rotated, secret: old.sealed, previousSecret: now.sealed }, { ...message, at })).toBeNull();
  });

  test('cannot be moved to another endpoint or changed', () => {
    const secrets = createWebhookSecrets({ keys: [], databaseSecret });
    const { sealed } = secrets.create(id);
    expect(secrets.sign({ ...endpointOf(sealed), id: 'endpoint-2' }, message)).toBeNull();
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(secrets.sign(endpointOf(changed), message)).toBeNull();
    }
    expect(secrets.sign(endpointOf(sealed.subarray(0, 20)), message)).toBeNull();
  });
});
