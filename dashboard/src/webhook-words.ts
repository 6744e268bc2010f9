import type { DeliveryState, Endpoint, EventType } from './api/webhooks.ts';

/** An event as bodies write it, and in words. */
type EventWords = { readonly name: string; readonly when: string };

/** Every type of event. */
export const eventWords: Readonly<Record<EventType, EventWords>> = {
  JOB_COMPLETED: { name: 'job.completed', when: 'a video is ready' },
  JOB_FAILED: { name: 'job.failed', when: 'a job has failed' },
  JOB_CANCELED: { name: 'job.canceled', when: 'a job was canceled' },
  JOB_LATE_VIDEO: { name: 'job.late_video', when: 'a video came after all' },
  VIDEO_STORED: { name: 'video.stored', when: 'a video was copied here' },
  BUDGET_REACHED: { name: 'budget.reached', when: 'a budget is used to 50, 80 or 100 %' },
  WEBHOOK_TEST: { name: 'webhook.test', when: 'you send a test' },
};

/** The types that are chosen at first, as the API chooses them without a list. */
export const usualEvents: readonly EventType[] = [
  'JOB_COMPLETED',
  'JOB_FAILED',
  'JOB_CANCELED',
  'JOB_LATE_VIDEO',
  'VIDEO_STORED',
];

/** The types to choose from: tests are sent to every endpoint. */
export const eventChoices: readonly EventType[] = [...usualEvents, 'BUDGET_REACHED'];

/** What an endpoint is notified of, such as `job.completed, job.failed`. */
export function eventsText({ eventTypes }: Pick<Endpoint, 'eventTypes'>): string {
  const chosen = eventChoices.filter((type) => eventTypes.includes(type));
  if (chosen.length === eventChoices.length) return 'all events';
  if (chosen.length === usualEvents.length && !chosen.includes('BUDGET_REACHED')) return 'all events of jobs';
  return chosen.map((type) => eventWords[type].name).join(', ');
}

/** The states of deliveries in words, with the colours of the jobs' states. */
export const deliveryWords: Readonly<Record<DeliveryState, { readonly name: string; readonly status: string }>> = {
  PENDING: { name: 'Waiting', status: 'QUEUED' },
  DELIVERED: { name: 'Delivered', status: 'COMPLETED' },
  FAILED: { name: 'Failed', status: 'FAILED' },
};

/** An instant as the value of an input of the kind `datetime-local`: in the reader's time zone, to the minute below. */
export function localMinuteOf(instant: string): string {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** How an attempt ended, such as `It answered 500.` or `204 in 12 ms`. */
export function outcomeText(attempt: {
  readonly durationMs: number;
  readonly httpStatus: number | null;
  readonly error: string | null;
}): string {
  return attempt.error ?? `${attempt.httpStatus ?? ''} in ${attempt.durationMs.toLocaleString()} ms`;
}

/** A body for reading: JSON on lines of its own, any other text as it is. */
export function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
