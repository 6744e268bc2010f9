import { allScopes } from '../../../domain/access.ts';
import type { BudgetPeriod } from '../../../domain/budget.ts';
import {
  type AspectRatio,
  type CopyState,
  type Environment,
  endStates,
  type JobState,
  type JobStatus,
  statusOf,
} from '../../../domain/job.ts';
import type { LedgerEntryKind } from '../../../domain/ledger.ts';
import type { WebhookDeliveryState, WebhookEventType } from '../../../domain/webhook.ts';

/** Every environment. */
export const environments = valuesOf<Environment>({ LIVE: true, TEST: true });

/** Every aspect ratio. */
export const aspectRatios = valuesOf<AspectRatio>({
  LANDSCAPE_16_9: true,
  PORTRAIT_9_16: true,
  SQUARE_1_1: true,
  LANDSCAPE_4_3: true,
  PORTRAIT_3_4: true,
});

/** Every period of a budget. */
export const budgetPeriods = valuesOf<BudgetPeriod>({ MONTH: true, TOTAL: true });

/** Every kind of ledger entry. */
export const ledgerEntryKinds = valuesOf<LedgerEntryKind>({ GRANT: true, CAPTURE: true, REFUND: true });

/** Every state of the copy of a job's video. */
export const copyStates = valuesOf<CopyState>({ NONE: true, WAITING: true, STORED: true, GONE: true });

/** Every state of a webhook's delivery. */
export const deliveryStates = valuesOf<WebhookDeliveryState>({ PENDING: true, DELIVERED: true, FAILED: true });

/** Every type of a webhook. */
export const deliveryTypes = valuesOf<WebhookEventType>({
  'job.completed': true,
  'job.failed': true,
  'job.canceled': true,
  'job.late_video': true,
  'video.stored': true,
  'budget.reached': true,
  'webhook.test': true,
});

/** Every state of a job, in the order in which a job can have them. */
export const jobStates = valuesOf<JobState>({
  PENDING: true,
  SUBMITTING: true,
  QUEUED: true,
  PROCESSING: true,
  COMPLETED: true,
  FAILED: true,
  CANCELED: true,
});

/** The states of a running job, whose price is held. */
export const runningStates = jobStates.filter((state) => !endStates.has(state));

/** Every status of a job that clients see. */
export const jobStatuses = [...new Set(jobStates.map(statusOf))];

/** Every set of scopes that a key may have. Each is one text: its scopes in order, separated by spaces. */
export const scopeSets = subsetsOf(allScopes)
  .filter((set) => set.length > 0)
  .map((set) => set.join(' '));

/** The states that clients see as these statuses. */
export function statesOf(statuses: readonly JobStatus[]): readonly JobState[] {
  return jobStates.filter((state) => statuses.includes(statusOf(state)));
}

/** All values of a union, as an array. The compiler checks that the record names each of them. */
function valuesOf<Value extends string>(all: Record<Value, unknown>): readonly Value[] {
  const values: readonly string[] = Object.keys(all);
  // The type of Object.keys cannot express that the record has no other keys.
  return values as readonly Value[];
}

/** Every subset of a list, the empty one first. */
function subsetsOf(values: readonly string[]): readonly (readonly string[])[] {
  const last = values.at(-1);
  if (last === undefined) return [[]];
  const without = subsetsOf(values.slice(0, -1));
  return [...without, ...without.map((set) => [...set, last])];
}
