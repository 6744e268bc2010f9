import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { createWebhookSender, type WebhookSenderOptions } from '../../src/adapter/webhook/sender.ts';

/** A sender that reaches the Internet alone, unless told otherwise. */
export const open = (options: Partial<WebhookSenderOptions> = {}) =>
  createWebhookSender({
    allowedHosts: [],
    loopbackInTest: false,
    clock: createSystemClock(),
    version: '1.2.3',
    ...options,
  });

/** A request for a URL. */
export const request = (url: string, environment: 'LIVE' | 'TEST' = 'TEST') => ({
  url,
  environment,
  headers: { 'webhook-id': 'msg_1' },
  body: '{"a":1}',
});
