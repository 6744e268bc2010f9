import { isIP } from 'node:net';
import { type Settings, shownItem } from './env.ts';

/** How webhooks are sent and their secrets kept. */
export type WebhookConfig = {
  /** Hosts of an intranet, in lower case: names, `*.` and a name, or addresses. */
  readonly allowedHosts: readonly string[];
  /** What secrets are encrypted with: the first encrypts, all decrypt. Empty: the database's own secret. */
  readonly secretKeys: readonly string[];
};

const minKeyBytes = 32;

const mostKeys = 2;

const hostName = /^(\*\.)?[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/;

/** Reads the WEBHOOK_ settings. */
export function readWebhooks({ text, secret, refuse }: Settings): WebhookConfig {
  const hosts = text('WEBHOOK_ALLOWED_HOSTS') ?? '';
  const allowedHosts = listOf(hosts).map((written) => {
    const host = hostOf(written);
    if (host === null)
      refuse(
        'WEBHOOK_ALLOWED_HOSTS',
        `must list hosts such as hooks.corp.example, *.corp.example or 10.0.0.7, comma separated; ${shownItem(written, hosts)} is none.`,
      );
    return host ?? written;
  });
  const secretKeys = listOf(secret('WEBHOOK_SECRET_KEY'));
  if (secretKeys.length > mostKeys)
    refuse('WEBHOOK_SECRET_KEY', 'must be one key, or two, comma separated: the new one and the one before.');
  if (secretKeys.some((key) => Buffer.byteLength(key) < minKeyBytes))
    refuse('WEBHOOK_SECRET_KEY', `must have at least ${minKeyBytes} bytes in each key.`);
  return { allowedHosts, secretKeys };
}

/** A host as URLs have it, with one spelling for each IPv6 address: fd00::1 for fd00:0::0001. Null if it is none. */
function hostOf(written: string): string | null {
  const host = written.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  const isAddress = isIP(host) === 6;
  if (!isAddress && !hostName.test(host)) return null;
  const url = `http://${isAddress ? `[${host}]` : host}`;
  const inUrl = URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : null;
  // An octal 010.0.0.1 is 8.0.0.1: nobody means it.
  return isAddress || inUrl === host ? inUrl : null;
}

function listOf(text: string | null): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
