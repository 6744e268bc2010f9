import { idOf } from '../../schema/id.ts';
import { createWebhookSender } from '../adapter/webhook/sender.ts';
import type { Config } from '../config/config.ts';
import { createWebhookSecrets } from '../credential/webhook-secret.ts';
import type { VideoSettings } from '../gateway/video.ts';
import { createWebhookBody } from '../gateway/webhook-body.ts';
import type { WebhookVerbDeps } from '../gateway/webhook-verbs.ts';
import { isLoopback } from '../lib/address.ts';
import { readVersion } from '../lib/package.ts';
import type { WebhookSecrets, WriteWebhookBody } from '../ports/webhook.ts';
import type { Bell, Clock, Log, Store } from '../ports.ts';
import { createDeliverer, type Deliverer } from '../worker/deliverer.ts';
import type { FaultInjectors } from './fault-injectors.ts';

/** The webhooks of a node. */
export type Webhooks = {
  /** What the gateway's verbs need. */
  readonly parts: Required<WebhookVerbDeps>['webhooks'];
  start(): void;
  /** Claims nothing more; fulfils when the attempts under way have ended or were given up. */
  stop(): Promise<void>;
};

type WebhookAppDeps = {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly log: Log;
  /** The database's own secret. */
  readonly secret: Uint8Array;
  readonly faultInjectors: FaultInjectors;
};

/** Opens the webhooks of a node. */
export function openWebhooks(config: Config, deps: WebhookAppDeps): Webhooks {
  const { store, bell, clock, log, secret, faultInjectors } = deps;
  const { allowedHosts, secretKeys } = config.webhooks;
  const secrets: WebhookSecrets = createWebhookSecrets({ keys: secretKeys, databaseSecret: secret });
  const sender = faultInjectors.sender(
    createWebhookSender({ allowedHosts, loopbackInTest: isLocal(config), clock, version: readVersion() }),
  );
  const deliverer: Deliverer = createDeliverer({ store, bell, clock, log, sender, secrets });
  return {
    parts: { secrets, sender },
    start: () => deliverer.start(),
    async stop() {
      await deliverer.stop();
      await sender.close();
    },
  };
}

/** Whether only people at this machine use the gateway. */
function isLocal({ host, publicUrl }: Config): boolean {
  return isLoopback(publicUrl === null ? host : new URL(publicUrl).hostname);
}

/** Writes bodies once it is known how videos are shown: the store is opened before that. */
export function createLateBody(): { readonly write: WriteWebhookBody; show(videos: VideoSettings): void } {
  let write: WriteWebhookBody | null = null;
  return {
    write(event) {
      if (write === null) throw new Error('An event happened before the gateway could tell of it');
      return write(event);
    },
    show(videos) {
      write = createWebhookBody(videos, (jobId) => idOf('Job', jobId));
    },
  };
}
