import type { WebhookDeliveryState, WebhookEventType } from '../src/domain/webhook.ts';
import type { Builder } from './builder.ts';

/** Adds WebhookEventType and WebhookDeliveryState. */
export function addWebhookEnums(builder: Builder): void {
  builder.enumType('WebhookEventType', {
    description: 'What a webhook tells about. In its body and in lists of types it is written as `job.completed`.',
    values: {
      JOB_COMPLETED: {
        value: 'job.completed',
        description: 'The video is ready and paid for. Written `job.completed`.',
      },
      JOB_FAILED: { value: 'job.failed', description: 'There is no video; `failure` says why. Written `job.failed`.' },
      JOB_CANCELED: {
        value: 'job.canceled',
        description: 'The job was canceled before it was sent to the provider. Written `job.canceled`.',
      },
      JOB_LATE_VIDEO: {
        value: 'job.late_video',
        description: 'A video came after its job had FAILED. It is not charged. Written `job.late_video`.',
      },
      VIDEO_STORED: {
        value: 'video.stored',
        description: 'This installation has its own copy of the video now. Written `video.stored`.',
      },
      BUDGET_REACHED: {
        value: 'budget.reached',
        description:
          'A budget is used to 50, 80 or 100 percent of its limit, each once in its period. Written `budget.reached`.',
      },
      WEBHOOK_TEST: {
        value: 'webhook.test',
        description: 'Sent by `testWebhookEndpoint` alone, whatever types the endpoint has. Written `webhook.test`.',
      },
    } satisfies Record<string, { value: WebhookEventType; description: string }>,
  });
  builder.enumType('WebhookDeliveryState', {
    description: 'How far a delivery has come.',
    values: {
      PENDING: { description: 'Due now or, after a failure, at `nextAttemptAt`.' },
      DELIVERED: { description: 'The endpoint answered with a status from 200 to 299.' },
      FAILED: {
        description:
          'Given up after ten attempts, or not sent because the endpoint was off. It can be delivered again.',
      },
    } satisfies Record<WebhookDeliveryState, { description: string }>,
  });
}
