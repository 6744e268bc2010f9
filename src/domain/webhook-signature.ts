/** What a signature covers, by Standard Webhooks 1.0.0: the message's id, the attempt's instant in epoch seconds, and the body. */
export function signedContentOf(messageId: string, timestampSeconds: number, body: string): string {
  return `${messageId}.${timestampSeconds}.${body}`;
}

/** The headers that carry a message's id, the attempt's instant and its signatures. */
export function signedHeadersOf(
  messageId: string,
  timestampSeconds: number,
  signatures: readonly string[],
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.map((signature) => `v1,${signature}`).join(' '),
  };
}

/** Secrets begin with this; the rest is base64. */
export const webhookSecretPrefix = 'whsec_';
